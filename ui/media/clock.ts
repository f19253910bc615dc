/** Time, handed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds, from any fixed point. */
  now(): number;
  /** Runs `callback` once after `ms`; the answer cancels it. */
  after(ms: number, callback: () => void): () => void;
  /** Runs `callback` every `ms`; the answer stops it. */
  every(ms: number, callback: () => void): () => void;
}

/** The browser's own time. */
export const browserClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
};
