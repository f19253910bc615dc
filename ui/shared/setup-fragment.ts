/**
 * The set-up code in an address, `#setup=K7PM-4XQ9`: the QR code on the box's screen holds it there, since
 * no browser sends what stands behind `#` to a server.
 */

/** @param hash as in `location.hash` @returns null when it holds no code */
export function codeInFragment(hash: string): string | null {
  return /^#setup=([A-Za-z0-9-]{8,64})$/.exec(hash)?.[1] ?? null;
}

/** A link that takes the code of `hash` along; without a code the link as it is. */
export function withCode(link: string, hash: string): string {
  return codeInFragment(hash) === null ? link : link.replace(/#.*$/, '') + hash;
}

/** Takes the code out of the address, so that it stands neither in the address bar nor in a bookmark. */
export function takeCode(): string | null {
  const code = codeInFragment(location.hash);
  if (code !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}
