/** What a phone says of itself during a consultation, and what becomes of it: view, timeline, or nothing. */
import type { Conversation } from './conversation.ts';
import { sideOf, summarise } from './phone-network.ts';
import type { MediaReport, NetReport, PhoneReport } from './phone-protocol.ts';
import type { ConsultationService } from './service.ts';

/** Reports of the network become one line of the timeline each minute, ms. */
const networkInterval = 60_000;
/** A component that stutters says so again and again: the same code is one line in so long, ms. */
const codeInterval = 10_000;
/** A phone that never stops must not fill the disk: so many lines of codes in a consultation. */
const codeLimit = 500;

interface Pending {
  since: number;
  reports: NetReport[];
}

/** Takes reports of phones that proved themselves. */
export class PhoneReports {
  readonly #pending = new Map<string, Pending>();
  readonly #codes = new Map<string, { at: Map<string, number>; lines: number }>();

  constructor(
    private readonly consultations: ConsultationService,
    private readonly conversation: Conversation,
  ) {
    consultations.onEnded((id) => this.#finish(id));
  }

  /** What does not fit is not taken: a phone cannot mend it. */
  take(id: string, report: PhoneReport): void {
    switch (report.type) {
      case 'device':
        this.consultations.observePhone(id, report.state);
        return;
      case 'net':
        this.#net(id, report);
        return;
      case 'push':
      case 'play':
        this.#code(id, report);
        return;
      case 'answer':
        this.conversation.answer(id, report.messageId, report.answer);
        return;
      case 'leave':
        this.consultations.observeLeft(id, report.reason);
        return;
      case 'ping':
        return;
    }
  }

  #net(id: string, report: NetReport): void {
    const { phoneNetwork } = this.consultations.liveState(id);
    this.consultations.observe(id, { phoneNetwork: { ...phoneNetwork, [report.side]: sideOf(report) } });
    const key = `${id} ${report.side}`;
    const now = this.consultations.now();
    const pending = this.#pending.get(key) ?? { since: now, reports: [] };
    pending.reports.push(report);
    this.#pending.set(key, pending);
    if (now - pending.since >= networkInterval) this.#write(id, key);
  }

  #write(id: string, key: string): void {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    if (pending === undefined) return;
    this.consultations.record(id, 'phone_network', { ...summarise(pending.reports) });
  }

  #code(id: string, { type, code, message }: MediaReport): void {
    const known = this.#codes.get(id) ?? { at: new Map<string, number>(), lines: 0 };
    this.#codes.set(id, known);
    const key = `${type} ${code}`;
    const now = this.consultations.now();
    if (known.lines >= codeLimit || now - (known.at.get(key) ?? Number.NEGATIVE_INFINITY) < codeInterval)
      return;
    known.at.set(key, now);
    known.lines += 1;
    this.consultations.record(id, 'phone_media', { side: type, code, message });
  }

  #finish(id: string): void {
    for (const side of ['push', 'play']) this.#write(id, `${id} ${side}`);
    this.#codes.delete(id);
  }
}
