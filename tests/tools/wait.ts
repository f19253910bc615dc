/** Waiting for a condition instead of a time. */

/** How long and how often. */
export interface WaitOptions {
  /** Generous: machines are shared. ms */
  limit?: number;
  interval?: number;
}

/**
 * Asks until the answer is neither null, undefined nor false.
 * @throws Error that says what was waited for, with the last error
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { limit = 60_000, interval = 50 }: WaitOptions = {},
): Promise<T> {
  const until = Date.now() + limit;
  let last: unknown = 'never true';
  while (Date.now() < until) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await Bun.sleep(interval);
  }
  throw new Error(`waited ${limit} ms for: ${what} (${String(last)})`);
}
