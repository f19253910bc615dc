/** Names of paths, and the query that clients put behind them. */

/**
 * Letters, digits, `_ . - /` only, as MediaMTX; no `..`, no empty part, at most 200 characters.
 */
export function isPathName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 200 &&
    /^[A-Za-z0-9_.\-/]+$/.test(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** `x/patient?token=abc` → name, the query without `?`, and the token in it. */
export function splitQuery(value: string): { name: string; query: string; token: string } {
  const at = value.indexOf('?');
  const name = (at < 0 ? value : value.slice(0, at)).replace(/^\/+|\/+$/g, '');
  const query = at < 0 ? '' : value.slice(at + 1);
  return { name, query, token: new URLSearchParams(query).get('token') ?? '' };
}
