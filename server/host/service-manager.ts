/**
 * What the supervisor tells systemd (sd_notify(3)): that it runs, in one line how it is, and that it still lives.
 *
 * **READY=1** means: the listeners and the database answer, and the media server has answered once. Should it not
 * come within a minute, READY is said without it: systemd would otherwise end a supervisor that explains on its
 * page and on the screen what is wrong, again and again. Whoever judges a version (the check after an update)
 * asks `/livez` itself.
 *
 * **WATCHDOG=1** is said while a restart of the supervisor could mend nothing: its event loop turns, its listeners
 * answer, the database can be read. When it stays away, systemd kills the supervisor with everything in it. A media
 * server that is away is not by itself such a case: it is started again within seconds by us, and pictures,
 * pages and waiting phones would all be lost by the "cure". Only when it answered in this run and has been away
 * for two minutes, dozens of starts later, something in the supervisor itself may be broken, and a fresh one is
 * tried. If that one never sees a media server either, it stays: a loop of restarts would hide the reason.
 */
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Health } from '../status/status.ts';
import { sendDatagram } from './datagram.ts';

/** What is watched: the supervisor, or a test's. */
export interface Watched {
  /** Asks its listeners as a client does. @throws Error when one does not answer */
  answer: (patience: number) => Promise<void>;
  live: () => Health;
  /** How it is, in one English line. */
  summary: () => string;
}

/** How systemd is reached. */
export interface ServiceManagerOptions {
  /** @throws Error when the message cannot be delivered */
  send: (message: string) => void;
  /** systemd's patience, ms; null: no watchdog is wanted. */
  watchdog: number | null;
  logger: Logger;
}

/** How long READY waits for the media server, ms. */
const readyPatience = 60_000;
/** How long a media server that was there may be away, ms. */
const mediaPatience = 120_000;
/** Between two looks until READY, ms; afterwards too where no watchdog asks for more. */
const eagerInterval = 500;
const calmInterval = 5000;
/** How long a listener is given to answer at least, ms. */
const shortestPatience = 2000;
/** Until READY nothing is starved by waiting, and a slow processor is at its busiest, ms. */
const startPatience = 10_000;

/** Looks at the box in turn and tells systemd what it saw. */
export class ServiceManager {
  #timer: Timer | null = null;
  #ready = false;
  #stopping = false;
  #since: number | null = null;
  #mediaSeen: number | null = null;
  #status = '';
  #trouble = '';

  constructor(private readonly options: ServiceManagerOptions) {}

  /** Less than half of systemd's patience, so that one look that fails does no harm yet. */
  get interval(): number {
    if (!this.#ready) return eagerInterval;
    return this.options.watchdog === null ? calmInterval : this.options.watchdog / 3;
  }

  /** Looks now, and again until `stopping`. */
  watch(box: Watched): void {
    void this.check(box, Date.now()).finally(() => {
      if (!this.#stopping) this.#timer = setTimeout(() => this.watch(box), this.interval);
    });
  }

  /** One look, and what follows of it. @param now ms; handed in for tests */
  async check(box: Watched, now: number): Promise<void> {
    this.#since ??= now;
    const trouble = await this.#findTrouble(box, now);
    if (this.#stopping) return;
    if (trouble !== this.#trouble) {
      this.#trouble = trouble;
      if (trouble !== '') this.options.logger.error({ reason: trouble }, 'the watchdog is not fed');
    }
    const lines: string[] = [];
    if (trouble === '') {
      const begins = !this.#ready && (this.#mediaSeen !== null || now - this.#since >= readyPatience);
      if (begins) lines.push('READY=1');
      if (this.#ready || begins) lines.push('WATCHDOG=1');
    }
    const status = oneLine(trouble === '' ? box.summary() : `broken: ${trouble}`);
    if (status !== this.#status) lines.push(`STATUS=${status}`);
    if (lines.length === 0 || !this.#send(lines)) return;
    this.#ready ||= lines.includes('READY=1');
    this.#status = status;
  }

  /** The end is wanted. */
  stopping(): void {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#send(['STOPPING=1', 'STATUS=stopping']);
  }

  /** Why the watchdog must not be fed; empty when it may. */
  async #findTrouble(box: Watched, now: number): Promise<string> {
    try {
      await box.answer(this.#ready ? Math.max(this.interval, shortestPatience) : startPatience);
    } catch (error) {
      return messageOf(error);
    }
    const { problems } = box.live();
    const own = problems.find(({ code }) => code !== 'media_server');
    if (own !== undefined) return own.en;
    if (problems.length === 0) this.#mediaSeen = now;
    else if (this.#mediaSeen !== null && now - this.#mediaSeen > mediaPatience) {
      return 'the media server was there and has been away for two minutes: a fresh supervisor is tried';
    }
    return '';
  }

  #send(lines: string[]): boolean {
    try {
      this.options.send(lines.join('\n'));
      return true;
    } catch (error) {
      this.options.logger.error({ reason: messageOf(error) }, 'systemd cannot be told');
      return false;
    }
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 500);
}

/**
 * @param environment `process.env`; systemd's variables are taken out of it, because they are not the children's
 * @returns null where no service manager asked to be told
 */
export function serviceManager(
  environment: Record<string, string | undefined>,
  logger: Logger,
): ServiceManager | null {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  if (!path) return null;
  const meant = pid === undefined || Number(pid) === process.pid;
  const patience = Number(microseconds) / 1000;
  return new ServiceManager({
    send: (message) => sendDatagram(path, message),
    watchdog: meant && patience > 0 ? patience : null,
    logger,
  });
}
