/** Takes secrets out of lines; without any import, so that every process can use it. */

/**
 * Hides what must never be in a log or on a page: values of `token=` and the like, `Bearer …`, and the one-time
 * tokens of `/p/<token>` and `/api/pairings/<token>`.
 * @param line one line, or several
 */
export function redactSecrets(line: string): string {
  return line
    .replace(/\b((?:resume_?)?token|jwt|pass(?:word)?|key)=[^&\s'"/]+/gi, '$1=…')
    .replace(/\b(Bearer)(\s+|%20)[^\s'",]+/gi, '$1$2…')
    .replace(/(\/(?:p|pairings)\/)[^/?#\s'"]+/g, '$1…');
}
