/** What a patient scans, or what opened the mini-program: a pairing's or a place's code, and where its box is. */

/** A code that was understood. */
export interface Code {
  /** `pairing`: one consultation; `place`: a consulting room, whose waiting list is joined. */
  kind: 'pairing' | 'place';
  /** The pairing's token, or the place's name. */
  id: string;
  /** `http://IP:PORT`, or `https://name[:port]` where the operator has one; no slash at the end. */
  base: string;
  /** What the code says of the clinic, for the case that the box cannot be reached. */
  clinic: string | null;
  wifi: string | null;
  telephone: string | null;
}

const hostPattern =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)(?::\d{1,5})?$/i;
const idPattern = /^[\w-]{1,128}$/;
const lettersToKind: Record<string, Code['kind']> = { p: 'pairing', j: 'place' };

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded, or cut: what is there is all there is.
    return text;
  }
}

function queryOf(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const part of text.split('&')) {
    const at = part.indexOf('=');
    if (at > 0) query[part.slice(0, at)] = decode(part.slice(at + 1).replace(/\+/g, ' '));
  }
  return query;
}

/** WeChat wants the port of an address of the LAN written. */
function baseOf(scheme: string, host: string): string | null {
  if (!hostPattern.test(host)) return null;
  return scheme === 'http' && !host.includes(':') ? `http://${host}:80` : `${scheme}://${host}`;
}

/** @param box `<IP>:<port>`, or `https://<name>:<port>` */
function boxOf(box: string): string | null {
  const name = /^https:\/\/(.*)$/i.exec(box)?.[1];
  return name === undefined ? baseOf('http', box) : baseOf('https', name.toLowerCase());
}

const notEmpty = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim().slice(0, 40);

/** A number that can be dialled, and nothing else. */
const telephone = (text: string | undefined): string | null =>
  text !== undefined && /^[+\d][\d -]{2,24}$/.test(text) ? text : null;

/**
 * Reads a QR code's text: `http://<box>:<port>/p/<token>` or `…/j/<place>`, with optional `?w=` Wi-Fi name, `t=`
 * telephone, `c=` clinic. A link whose domain opens the mini-program carries the box as `b=<IP>:<port>`, or as
 * `b=https://<name>:<port>`.
 */
export function readCode(text: string): Code | null {
  const match = /^(https?):\/\/([^/?#]+)(?:\/[\w-]+)*?\/([pj])\/([^/?#]+)\/?(?:\?([^#]*))?(?:#.*)?$/i.exec(
    text.trim(),
  );
  if (match === null) return null;
  const [, scheme = '', host = '', letter = '', id = '', search = ''] = match;
  const query = queryOf(search);
  const base = query.b === undefined ? baseOf(scheme.toLowerCase(), host.toLowerCase()) : boxOf(query.b);
  const kind = lettersToKind[letter.toLowerCase()];
  if (base === null || kind === undefined || !idPattern.test(id)) return null;
  return {
    kind,
    id,
    base,
    clinic: notEmpty(query.c),
    wifi: notEmpty(query.w),
    telephone: telephone(query.t),
  };
}

/**
 * A mini-program code's `scene`, at most 32 characters: 8 hexadecimal digits of the box's address, 4 of its port, `p`
 * or `j`, then at most 19 characters of token or place: `c0a8010a1f90jroom-2`.
 */
export function readScene(scene: string): Code | null {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([pj])([\w-]{1,19})$/i.exec(decode(scene));
  if (match === null) return null;
  const [, address = '', port = '', letter = '', id = ''] = match;
  const host = [0, 2, 4, 6].map((at) => Number.parseInt(address.slice(at, at + 2), 16)).join('.');
  const kind = lettersToKind[letter.toLowerCase()];
  if (kind === undefined) return null;
  const base = `http://${host}:${Number.parseInt(port, 16)}`;
  return { kind, id, base, clinic: null, wifi: null, telephone: null };
}

/**
 * What opened the mini-program: `q` (a link, URL-encoded), `scene` (a mini-program code), or a path's own parameters
 * `b=<IP>:<port>` with `p=<token>` or `j=<place>`.
 */
export function readLaunch(query: Record<string, string | undefined>): Code | null {
  if (query.q !== undefined) return readCode(decode(query.q));
  if (query.scene !== undefined) return readScene(query.scene);
  const { b, p, j } = query;
  const id = p ?? j;
  if (b === undefined || id === undefined) return null;
  const extra = (['w', 't', 'c'] as const)
    .map((name) => (query[name] === undefined ? '' : `&${name}=${query[name]}`))
    .join('');
  return readCode(`http://box.invalid/${p === undefined ? 'j' : 'p'}/${id}?b=${b}${extra}`);
}

/** What `Platform.scan` gave: a QR code's text, or the path of a mini-program code, `pages/…?scene=…`. */
export function readScanned(text: string): Code | null {
  const path = /^\/?pages\/[\w/-]+\?(.*)$/.exec(text);
  return path === null ? readCode(text) : readLaunch(queryOf(path[1] ?? ''));
}
