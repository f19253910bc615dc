/** A phone for tests: its clock stands still until it is moved on, and what it is told is written down. */
import type { PermissionName } from '../machine/model.ts';
import {
  type HttpAnswer,
  type HttpRequest,
  type PhoneListener,
  type Platform,
  RequestFailed,
  type SocketHandlers,
} from '../platform/platform.ts';

export class FakePhone {
  time = Date.parse('2030-01-01T00:00:00Z');
  readonly stored = new Map<string, unknown>();
  /** e.g. `toast 推流成功`, `pusher.start`. */
  readonly done: string[] = [];
  readonly requests: HttpRequest[] = [];
  readonly sockets: { url: string; handlers: SocketHandlers; sent: string[]; closed: boolean }[] = [];
  readonly #timers: { at: number; run: () => void }[] = [];
  listener: PhoneListener | null = null;
  missing: PermissionName[] = ['camera', 'microphone'];
  /** What `askPermissions` leaves missing. */
  refused: PermissionName[] = [];
  scanned: string | null = null;
  lacking: string[] = [];
  /** The answer to each request; the default: nobody is there. */
  answer: (request: HttpRequest) => HttpAnswer | RequestFailed | Promise<HttpAnswer> = () =>
    new RequestFailed('timeout', 'timeout');

  readonly platform: Platform = {
    device: () => ({
      platform: 'android',
      model: 'fake',
      system: 'Android 14',
      wechat: '8.0.50',
      library: '3.7.0',
      language: 'zh_CN',
      fontScale: 1,
      width: 375,
    }),
    lacks: () => this.lacking,
    storage: {
      read: (key) => this.stored.get(key),
      write: (key, value) => void this.stored.set(key, structuredClone(value)),
      remove: (key) => void this.stored.delete(key),
    },
    now: () => this.time,
    after: (ms, run) => {
      const timer = { at: this.time + ms, run };
      this.#timers.push(timer);
      return () => {
        const at = this.#timers.indexOf(timer);
        if (at >= 0) this.#timers.splice(at, 1);
      };
    },
    nonce: () => Promise.resolve('0123456789abcdef0123456789abcdef'),
    request: (request) => {
      this.requests.push(request);
      const answer = this.answer(request);
      return answer instanceof RequestFailed ? Promise.reject(answer) : Promise.resolve(answer);
    },
    openSocket: (url, handlers) => {
      const socket = { url, handlers, sent: [] as string[], closed: false };
      this.sockets.push(socket);
      return {
        send: (text) => void socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
    },
    network: () => Promise.resolve({ network: 'wifi', ownAddress: '192.168.1.77', netmask: '255.255.255.0' }),
    scan: () => Promise.resolve(this.scanned),
    missingPermissions: () => Promise.resolve(this.missing),
    askPermissions: () => {
      this.missing = this.refused;
      return Promise.resolve(this.refused);
    },
    openSettings: (where) => {
      this.#note(`settings ${where}`);
      return Promise.resolve();
    },
    pusher: {
      preview: () => this.#note('pusher.preview'),
      start: () => this.#note('pusher.start'),
      stop: () => this.#note('pusher.stop'),
      switchCamera: () => this.#note('pusher.switchCamera'),
    },
    player: {
      start: () => this.#note('player.start'),
      stop: () => this.#note('player.stop'),
      sound: () => this.#note('player.sound'),
    },
    keepScreenOn: (on) => this.#note(`screen ${on ? 'on' : 'off'}`),
    callAttention: (language) => this.#note(`attention ${language}`),
    title: () => undefined,
    toast: (text) => this.#note(`toast ${text}`),
    confirm: () => Promise.resolve(true),
    dial: (telephone) => this.#note(`dial ${telephone}`),
    copy: () => Promise.resolve(),
    go: (to) => this.#note(`go ${to}`),
    listen: (listener) => {
      this.listener = listener;
    },
  };

  #note(what: string): void {
    this.done.push(what);
  }

  /** Lets everything happen that is due within the next `ms`, in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settle();
    }
    this.time = end;
  }
}

/** Promises that are already kept are followed to their end. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 30; turns += 1) await Promise.resolve();
}
