/** What the mini-program needs of the phone. WeChat is one implementation, the demonstration another, tests have theirs. */
import type { Language } from '../i18n/catalogue.ts';
import type { ReachFacts } from '../machine/diagnose.ts';
import type { PageName, PermissionName } from '../machine/model.ts';

/** What is true of this phone and does not change while the mini-program runs, but for the font size. */
export interface Device {
  platform: ReachFacts['platform'];
  /** e.g. `"iPhone 13<iPhone14,5>"`. */
  model: string;
  /** e.g. `"iOS 17.1"`. */
  system: string;
  /** WeChat's version. */
  wechat: string;
  /** The base library's version, e.g. `"3.7.0"`. */
  library: string;
  /** e.g. `"zh_CN"`. */
  language: string;
  /** How much larger than standard the patient wants letters; 1 is standard. */
  fontScale: number;
  /** Of the window, px. */
  width: number;
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Sent as JSON. */
  body?: object;
  /** ms. */
  timeout: number;
}

export interface HttpAnswer {
  status: number;
  /** The parsed JSON; null when it was none. */
  body: unknown;
}

/** The request got no answer. */
export class RequestFailed extends Error {
  constructor(
    readonly failure: ReachFacts['failure'],
    message: string,
  ) {
    super(message);
    this.name = 'RequestFailed';
  }
}

export interface SocketHandlers {
  open: () => void;
  message: (text: string) => void;
  /** Once, however it ended; never after `close()`. */
  closed: () => void;
}

export interface SocketHandle {
  send: (text: string) => void;
  close: () => void;
}

/** What the phone tells by itself. */
export interface PhoneListener {
  hidden: () => void;
  shown: () => void;
  network: (online: boolean, wifi: boolean) => void;
  /** Something took the sound: a telephone call, an alarm. */
  interrupted: () => void;
  interruptionOver: () => void;
}

/** A place to go to: the pages that show the machine's state, and those that stand beside it. */
export type Destination = PageName | 'help' | 'field-test';

export interface Platform {
  device: () => Device;
  /** What a consultation needs and this WeChat has not; empty: all is there. */
  lacks: () => string[];
  storage: {
    /** undefined when there is none. */
    read: (key: string) => unknown;
    write: (key: string, value: unknown) => void;
    remove: (key: string) => void;
  };
  /** ms since 1970. */
  now: () => number;
  /** Runs once after `ms`. @returns stops it */
  after: (ms: number, run: () => void) => () => void;
  /** 32 hexadecimal digits that nobody can guess. */
  nonce: () => Promise<string>;
  /** @throws RequestFailed */
  request: (request: HttpRequest) => Promise<HttpAnswer>;
  openSocket: (url: string, handlers: SocketHandlers) => SocketHandle;
  network: () => Promise<Pick<ReachFacts, 'network' | 'ownAddress' | 'netmask'>>;
  /** The code's text, or the path of a mini-program code; null when the patient went back. */
  scan: () => Promise<string | null>;
  /** Looks without asking. */
  missingPermissions: () => Promise<PermissionName[]>;
  /** WeChat's own questions, one after the other; what was answered before is not asked again. */
  askPermissions: () => Promise<PermissionName[]>;
  openSettings: (where: 'wechat' | 'system') => Promise<void>;
  /** live-pusher of the page that is shown. */
  pusher: { preview: () => void; start: () => void; stop: () => void; switchCamera: () => void };
  /** live-player of the page that is shown. `sound` wakes it where iOS began in silence. */
  player: { start: () => void; stop: () => void; sound: (byHand: boolean) => void };
  keepScreenOn: (on: boolean) => void;
  /** Vibrates, plays a chime and says that the doctor is there, also where the phone is set to silent. */
  callAttention: (language: Language) => void;
  /** Of the page that is shown. */
  title: (text: string) => void;
  toast: (text: string) => void;
  /** A question with two answers. @returns whether it was yes */
  confirm: (question: { text: string; yes: string; no: string }) => Promise<boolean>;
  dial: (telephone: string) => void;
  copy: (text: string) => Promise<void>;
  /** Nothing happens when it is shown already. */
  go: (to: Destination) => void;
  listen: (listener: PhoneListener) => void;
}
