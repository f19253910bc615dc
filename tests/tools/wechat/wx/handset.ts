/**
 * The phone around WeChat: its network, what its owner has allowed, what it keeps and shows. It outlives the
 * mini-program. Tests change it as a patient, a clinic's router or a telephone call would.
 */

/** How the phone is connected. */
export type Connection =
  | { kind: 'wifi'; address: string; netmask: string }
  | { kind: '4g' | 'none'; address?: never; netmask?: never };

/** One of WeChat's own questions. */
export interface Modal {
  content: string;
  confirm: string;
  cancel: string;
  answer: (confirmed: boolean) => void;
}

type Listener = () => void;

/** What scripts still may do after WeChat left the screen, ms. */
const backgroundLife = 5000;

/** A list of listeners. */
class Signal {
  readonly #listeners = new Set<Listener>();

  /** @returns ends it */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What a phone is when it comes out of its box. */
export interface HandsetOptions {
  platform?: 'ios' | 'android';
  /** As WeChat names it. */
  language?: 'zh_CN' | 'en';
  /** 1 is standard. */
  fontScale?: number;
  /** Its place in the network. The default is a neighbour of 127.0.0.1. */
  wifi?: { address: string; netmask: string };
}

export class Handset {
  readonly platform: 'ios' | 'android';
  readonly language: 'zh_CN' | 'en';
  readonly fontScale: number;
  connection: Connection;

  /** iOS: whether WeChat may reach the local network. */
  localNetwork = true;
  /** The router hands nothing on between its guests: whatever is sent into the network is lost. */
  isolated = false;

  /** What WeChat asked already. */
  readonly grants = new Map<'scope.camera' | 'scope.record', boolean>();
  /** What the patient will answer when WeChat asks. */
  readonly answers = { privacy: true, 'scope.camera': true, 'scope.record': true };
  /** The privacy notice was agreed to. */
  privacyAgreed = false;
  /** The operator wrote no privacy guideline: WeChat refuses with 112. */
  privacyUnwritten = false;
  /** The phone's own settings for WeChat. */
  readonly system = { camera: true, microphone: true };
  /** What the patient turns on in WeChat's page of this mini-program's permissions; empty: goes back at once. */
  turnsOn: ('scope.camera' | 'scope.record')[] = [];

  /** What the camera will see when the patient scans; null: the patient goes back. */
  cameraSees: string | null = null;
  readonly storage = new Map<string, unknown>();
  clipboard = '';

  readonly toasts: string[] = [];
  /** Sounds that were played, by their path in the package. */
  readonly sounds: string[] = [];
  /** The switch at the side of an iPhone. */
  silent = false;
  /** As WeChat begins: what the mini-program plays is silent too. */
  obeysMuteSwitch = true;
  readonly dialled: string[] = [];
  vibrations = 0;
  screenKeptOn = false;
  modal: Modal | null = null;

  /** WeChat is not on the screen. */
  hidden = false;
  /** Its scripts do not run any more. */
  suspended = false;
  /** iOS: what begins to play by itself is silent until the patient taps. */
  silentUntilTapped = false;
  /** The patient's finger is on the screen right now. */
  tapping = false;

  readonly suspends = new Signal();
  /** Every connection that the phone had is gone. */
  readonly disconnects = new Signal();
  #suspending: ReturnType<typeof setTimeout> | null = null;

  constructor({ platform = 'android', language = 'zh_CN', fontScale = 1, wifi }: HandsetOptions = {}) {
    this.platform = platform;
    this.language = language;
    this.fontScale = fontScale;
    this.connection = { kind: 'wifi', ...(wifi ?? { address: '127.0.0.77', netmask: '255.0.0.0' }) };
  }

  /** Joins another network, or none. What was connected is not any more. */
  connect(connection: Connection): void {
    this.connection = connection;
    this.disconnects.emit();
  }

  hide(): void {
    this.hidden = true;
    this.#suspending = setTimeout(() => {
      this.suspended = true;
      this.suspends.emit();
    }, backgroundLife);
  }

  show(): void {
    this.hidden = false;
    this.suspended = false;
    if (this.#suspending !== null) clearTimeout(this.#suspending);
  }
}
