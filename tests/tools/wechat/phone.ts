/** A patient's phone with WeChat and the mini-program on it: what a hand and an eye can do, and what can befall it. */
import { waitFor } from '../wait.ts';
import { LiveComponents } from './live/components.ts';
import type { Heard, LivePlayer, Tracks } from './live/live-player.ts';
import type { LivePusher } from './live/live-pusher.ts';
import { miniappPackage } from './package.ts';
import { RenderedMiniapp } from './view/rendered-miniapp.ts';
import { type Connection, Handset, type HandsetOptions } from './wx/handset.ts';
import { AppEvents, makeWx } from './wx/wx.ts';

export interface PhoneOptions extends HandsetOptions {
  /** Hz of the tone that its microphone hears. */
  tone?: number;
}

/** What the patient sees and hears of the doctor. */
export interface Watched extends Heard, Tracks {
  /** Pictures that differed from the one before, within two seconds. */
  differentFrames: number;
}

/** One run of the mini-program. */
interface Run {
  miniapp: RenderedMiniapp;
  components: LiveComponents;
  events: AppEvents;
}

const home = 'pages/home/home';

/** What the patient is asked before the doctor comes, by the button that leads on. */
const buttonsThatLeadOn = ['对，是我', '我同意', '好，去允许', 'Yes, that is me', 'I agree', 'OK, allow'];

export class TestPhone {
  readonly handset: Handset;
  #run: Run | null = null;
  /** Where it was before something took it away. */
  #home: Connection;

  constructor(private readonly options: PhoneOptions = {}) {
    this.handset = new Handset(options);
    this.#home = this.handset.connection;
  }

  /** Opens the mini-program; when it runs already, opens a page in it, as a scanned code does. */
  async open(path = home): Promise<void> {
    const { handset } = this;
    if (handset.hidden) this.foreground();
    this.#run ??= await this.#launch();
    await this.#run.miniapp.open(path);
  }

  /** WeChat's own scanner reads a code that is an ordinary link. */
  openByLink(url: string): Promise<void> {
    return this.open(`${home}?q=${encodeURIComponent(url)}`);
  }

  /** "Scan" inside the mini-program. */
  async scan(code: string): Promise<void> {
    this.handset.cameraSees = code;
    if (this.#run === null) await this.open();
    await this.reads(/扫码就诊|Scan to see the doctor|重新扫码|Scan again/);
    for (const label of ['扫码就诊', 'Scan to see the doctor', '重新扫码', 'Scan again']) {
      if (!this.text().includes(label)) continue;
      this.tap(label);
      return;
    }
  }

  /** Scans, and says yes to everything that is asked, until the patient waits or sees the doctor. */
  async join(code: string): Promise<void> {
    await this.scan(code);
    await this.agree();
  }

  /** Says yes to everything that is asked, until the patient waits or sees the doctor. */
  async agree(): Promise<void> {
    await waitFor(
      'the patient has joined',
      () => {
        const label = buttonsThatLeadOn.find((each) => this.text().includes(each));
        if (label !== undefined) this.tap(label);
        return this.components.pusher !== null;
      },
      { interval: 20 },
    );
  }

  /** Everything that is readable; a question of WeChat's lies above the page. */
  text(): string {
    const { modal } = this.handset;
    if (modal !== null) return [modal.content, modal.cancel, modal.confirm].join('\n');
    return this.#run?.miniapp.text() ?? '';
  }

  /** Waits until the patient can read it. */
  async reads(text: string | RegExp, limit = 60_000): Promise<void> {
    const matches = () => (typeof text === 'string' ? this.text().includes(text) : text.test(this.text()));
    try {
      await waitFor(`the phone shows “${text}”`, matches, { limit });
    } catch (error) {
      throw new Error(`${String(error)}; it shows, on ${this.route}:\n${this.text()}\n${this.history()}`);
    }
  }

  /** Waits to be asked who it is, says yes, and reads what there is to agree to. */
  async isAskedToAgree(): Promise<void> {
    await this.reads(/请您核对|Please check/);
    this.tap(this.text().includes('对，是我') ? '对，是我' : 'Yes, that is me');
    await this.reads(/视频问诊说明|I agree/);
  }

  tap(label: string): void {
    const { handset } = this;
    handset.tapping = true;
    try {
      const { modal } = handset;
      if (modal === null) this.miniapp.tap(label);
      else if (label === modal.confirm || label === modal.cancel) modal.answer(label === modal.confirm);
      else throw new Error(`the question has no button “${label}”:\n${this.text()}`);
    } finally {
      handset.tapping = false;
    }
  }

  press(label: string): void {
    this.miniapp.press(label);
  }

  release(label: string): void {
    this.miniapp.release(label);
  }

  get route(): string {
    return this.#run?.miniapp.route ?? '';
  }

  /** Its power button. */
  lock(): void {
    this.background();
  }

  unlock(): void {
    this.foreground();
  }

  /** The patient goes to another app. */
  background(): void {
    const { handset } = this;
    if (handset.hidden) return;
    handset.hide();
    this.#run?.miniapp.appHidden();
    this.#tell('hidden');
    this.#run?.components.putAside(false);
  }

  foreground(): void {
    const { handset } = this;
    if (!handset.hidden) return;
    handset.show();
    this.#run?.miniapp.appShown();
    this.#tell('shown');
  }

  /** A telephone call takes camera and sound. @param full it covers WeChat */
  call(full = false): void {
    this.#tell('interrupted');
    this.#run?.components.putAside(true);
    if (full) this.background();
  }

  hangUp(): void {
    this.foreground();
    this.#tell('interruptionOver');
  }

  /** Another network, or none; the phone knows it. */
  connect(connection: Connection): void {
    const { handset } = this;
    handset.connect(connection);
    const isConnected = connection.kind !== 'none';
    for (const listener of this.#run?.events.network ?? []) {
      listener({ isConnected, networkType: connection.kind });
    }
  }

  networkLost(): void {
    if (this.handset.connection.kind !== 'none') this.#home = this.handset.connection;
    this.connect({ kind: 'none' });
  }

  networkBack(): void {
    this.connect(this.#home);
  }

  /** WeChat needs its memory: the mini-program is gone, and knows nothing of it. The phone keeps what it keeps. */
  destroy(): void {
    const run = this.#run;
    this.#run = null;
    run?.components.destroy();
    run?.miniapp.close();
    this.handset.disconnects.emit();
    this.handset.modal = null;
  }

  /** Ends everything. */
  stop(): void {
    this.destroy();
    this.handset.show();
  }

  get miniapp(): RenderedMiniapp {
    return this.#running.miniapp;
  }

  get components(): LiveComponents {
    return this.#running.components;
  }

  /** @throws Error when the page has none */
  get pusher(): LivePusher {
    return present(this.components.pusher, 'live-pusher');
  }

  /** @throws Error when the page has none */
  get player(): LivePlayer {
    return present(this.components.player, 'live-player');
  }

  /** Waits until the player has shown two seconds of a moving picture; measures what it shows and plays then. */
  async watch(): Promise<Watched> {
    await waitFor('the player shows pictures', () => (this.components.player?.pictures ?? 0) > 0);
    return await this.look();
  }

  /** Two seconds of what the player shows and plays, whether it moves or not. */
  async look(): Promise<Watched> {
    const from = this.player.pictures;
    await Bun.sleep(2000);
    const { player } = this;
    return { differentFrames: Math.max(0, player.pictures - from), ...player.heard(), ...player.tracks };
  }

  /** Waits until the picture of the doctor moves, about two seconds of it. */
  async pictureMoves(): Promise<void> {
    let player = this.components.player;
    let from = player?.pictures ?? 0;
    try {
      await waitFor('the doctor’s picture moves on the phone', () => {
        const now = this.components.player;
        // Another element, on a page that was opened anew.
        if (now !== player) [player, from] = [now, now?.pictures ?? 0];
        return (now?.pictures ?? 0) > from + 20;
      });
    } catch (error) {
      throw new Error(`${String(error)}; it shows:\n${this.text()}\n${this.history()}`);
    }
  }

  /** The codes of both components, for messages of failing tests. */
  history(): string {
    if (this.#run === null) return '';
    const { pusher, player } = this.#run.components;
    return `push ${pusher?.codes.join(' ')}; play ${player?.codes.join(' ')}`;
  }

  get #running(): Run {
    if (this.#run === null) throw new Error('the mini-program does not run');
    return this.#run;
  }

  async #launch(): Promise<Run> {
    const dir = await miniappPackage();
    const { handset } = this;
    const { tone } = this.options;
    const events = new AppEvents();
    const components = new LiveComponents(handset, (pusher) => {
      if (tone !== undefined) pusher.tone = tone;
    });
    const wx = makeWx({ handset, events, components, dir, leave: () => this.background() });
    return { miniapp: new RenderedMiniapp(dir, wx, components), components, events };
  }

  #tell(what: 'hidden' | 'shown' | 'interrupted' | 'interruptionOver'): void {
    for (const listener of this.#run?.events[what] ?? []) listener();
  }
}

function present<T>(value: T | null, name: string): T {
  if (value === null) throw new Error(`no ${name} is on the page`);
  return value;
}
