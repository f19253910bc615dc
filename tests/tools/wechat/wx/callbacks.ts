/** How `wx` answers: later, by `success` or `fail`, and `complete` after either. */

/** What most calls of `wx` take. */
export interface Callbacks<Result extends object = object> {
  success?: ((result: Result) => void) | undefined;
  fail?: ((error: Failure) => void) | undefined;
  complete?: ((result: object) => void) | undefined;
}

export interface Failure {
  errMsg: string;
  errno?: number;
  errCode?: number;
}

/** Answers a call, in a moment. @param name as in `wx.name` */
export function succeed(name: string, options: Callbacks | undefined, result: object = {}): void {
  const answer = { ...result, errMsg: `${name}:ok` };
  queueMicrotask(() => {
    options?.success?.(answer);
    options?.complete?.(answer);
  });
}

/** @param why e.g. `"auth deny"` */
export function fail(name: string, options: Callbacks | undefined, why: string, errno?: number): void {
  const answer: Failure = { errMsg: `${name}:fail ${why}`, ...(errno === undefined ? {} : { errno }) };
  queueMicrotask(() => {
    options?.fail?.(answer);
    options?.complete?.(answer);
  });
}
