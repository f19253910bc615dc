/**
 * What this browser remembers between visits. Where it is forbidden to (blocked cookies, private windows),
 * the page works without: even touching `localStorage` throws there.
 */
const prefix = 'consultbox.';

/** A remembered value; null when there is none. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch (error) {
    console.debug('nothing can be remembered here', error);
    return null;
  }
}

/** Remembers a value; null forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch (error) {
    console.debug('nothing can be remembered here', error);
  }
}
