/** Whether a reader is still there: one that receives something reports on it. */
import type { Limits } from '../limits.ts';
import type { TrackKind } from '../paths/rtp-stream.ts';

/** Remembers what was sent since the last report. Times in ms on any clock. */
export class Reports {
  private readonly unanswered = new Map<TrackKind, number>();

  constructor(private readonly limits: Pick<Limits, 'silence' | 'silenceOfSound'>) {}

  /** Something was sent. */
  sent(kind: TrackKind, now: number): void {
    if (!this.unanswered.has(kind)) this.unanswered.set(kind, now);
  }

  /** The reader reported, on whichever track. */
  reported(): void {
    this.unanswered.clear();
  }

  /** Long enough without an answer. A reader that gets nothing has nothing to report and is never missed. */
  vanished(now: number): boolean {
    const since = (kind: TrackKind) => now - (this.unanswered.get(kind) ?? now);
    return since('video') > this.limits.silence || since('audio') > this.limits.silenceOfSound;
  }
}
