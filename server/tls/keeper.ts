/** Keeps the certificate that is shown fitting: to the LAN's addresses, and to the calendar. */
import { coalesced } from '../coalesced.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Credentials } from './authority.ts';

/** What the keeper needs. */
export interface CertificateKeeperOptions {
  /** The certificate that fits now: the same one again as long as it does. */
  current: () => Promise<Credentials>;
  /** Shows it from now on. It may fail; then it is tried again. */
  show: (credentials: Credentials) => Promise<void>;
  logger: Logger;
  /** How often it is looked at without any change, ms. */
  interval?: number;
  /** How long after a failure it is tried again, ms. */
  retryAfter?: number;
}

const day = 86_400_000;

/** A certificate lasts 396 days and a box may run for longer: a new one must not wait for a restart. */
export class CertificateKeeper {
  #shown: string | null = null;
  #timer: Timer | null = null;
  #retry: Timer | null = null;

  constructor(private readonly options: CertificateKeeperOptions) {}

  /** @param shown what the listener began with */
  start(shown: Credentials): void {
    this.#shown = shown.cert;
    this.#timer ??= setInterval(() => void this.check(), this.options.interval ?? day);
  }

  /** Ends the checks. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#retry) clearTimeout(this.#retry);
    this.#timer = null;
    this.#retry = null;
  }

  /** Shows another certificate only where it is another: connections are never disturbed for nothing. Never throws. */
  readonly check: () => Promise<void> = coalesced(async () => {
    const { current, show, logger, retryAfter = 5000 } = this.options;
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    try {
      const credentials = await current();
      if (credentials.cert === this.#shown) return;
      // Until it is known to be shown, none is.
      this.#shown = null;
      await show(credentials);
      this.#shown = credentials.cert;
      logger.info('another certificate is shown from now on');
    } catch (error) {
      logger.error(
        { reason: messageOf(error), retryAfter },
        'the certificate could not be renewed: trying again',
      );
      if (this.#timer) this.#retry = setTimeout(() => void this.check(), retryAfter);
    }
  });
}
