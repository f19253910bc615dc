/** Work that many may ask for at once, and that must not run twice at the same time. */

/**
 * However often it is asked for while it runs, it runs once more afterwards, and then sees the latest state.
 * @param work reads what it works on itself
 * @returns asks for it; resolves (or rejects) with the run that began after the call
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = (): Promise<void> => {
    next = null;
    const current = work().finally(() => {
      if (running === current) running = null;
    });
    running = current;
    return current;
  };
  return () => {
    // `next` first: between the end of one run and the start of the next there is a moment when none is running.
    if (next !== null) return next;
    if (running === null) return run();
    next = running.then(run, run);
    return next;
  };
}
