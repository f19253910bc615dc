/** The one redactor: what the supervisor and the embedded engine write passes through it. Without a dependency. */

/**
 * Removes what opens something from a line: stream keys (`?token=…`), passwords in a query, bearer tokens, one-time
 * pairing tokens (`/p/…`, `/api/pairings/…`).
 */
export function redactSecrets(line: string): string {
  return line
    .replace(/\b(token|jwt|password|pass)=[^&\s'"]+/gi, '$1=…')
    .replace(/\bBearer\s+[^\s'"]+/gi, 'Bearer …')
    .replace(/(\/p\/)[A-Za-z0-9_-]{16,}/g, '$1…')
    .replace(/(\/pairings\/)[A-Za-z0-9_-]{16,}/g, '$1…');
}
