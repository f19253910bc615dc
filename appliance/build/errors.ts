/** A failed build: what happened and what to do, for the person at the terminal. */
export class BuildError extends Error {
  /** @param output the last lines of the program that failed */
  constructor(
    message: string,
    readonly output = '',
  ) {
    super(message);
  }
}
