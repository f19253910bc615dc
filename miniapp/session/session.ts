/** The machine at work: takes events one by one, shows each model, carries out what the machine asks for. */
import type {
  FieldTestRequest,
  NetReport,
  PhoneAdmission,
} from '../../server/consultations/phone-protocol.ts';
import { defaultClinic } from '../defaults.ts';
import { type Language, languageOf, say } from '../i18n/catalogue.ts';
import type { Action, TimerName } from '../machine/actions.ts';
import { type Code, readLaunch, readScanned } from '../machine/code.ts';
import type { MachineEvent } from '../machine/events.ts';
import { advance } from '../machine/machine.ts';
import { initialModel, type Model, pageOf, type StoredSession } from '../machine/model.ts';
import { demoCode, script, withDemonstration } from '../platform/demo.ts';
import type { Platform } from '../platform/platform.ts';
import { BoxClient } from './box-client.ts';
import { BoxSocket } from './box-socket.ts';
import { Goodbyes } from './goodbyes.ts';
import { Memory, type RememberedClinic } from './memory.ts';

/** Shows a model; the promise is kept when it is on the screen. */
export type Screen = (model: Model) => void | Promise<void>;

/** What was measured by the way, for the page of field tests. ms, or as in `NetReport`. */
export interface Measured {
  redeem: number | null;
  pushStart: number | null;
  playStart: number | null;
  push: NetReport | null;
  play: NetReport | null;
}

/** A screen that never says that it has drawn does not hold up the pictures, ms. */
const drawLimit = 500;

export class Session {
  readonly platform: Platform;
  #model: Model = initialModel;
  #language: Language;
  readonly #memory: Memory;
  readonly #client: BoxClient;
  readonly #socket: BoxSocket;
  readonly #goodbyes: Goodbyes;
  readonly #screens = new Set<Screen>();
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: MachineEvent[] = [];
  #busy = false;
  /** How often the box was asked for a code or a session. */
  #asked = 0;
  /** What was started and not stopped since. */
  readonly #running = new Set<'push' | 'play'>();
  readonly #began = { push: 0, play: 0 };
  readonly #measured: Measured = { redeem: null, pushStart: null, playStart: null, push: null, play: null };

  constructor(platform: Platform) {
    this.#memory = new Memory(platform);
    this.#language = this.#memory.language() ?? languageOf(platform.device().language);
    this.platform = withDemonstration(platform, () => this.#language);
    this.#client = new BoxClient(this.platform, this.#memory);
    this.#socket = new BoxSocket(this.platform, (event) => this.dispatch(event));
    this.#goodbyes = new Goodbyes(this.platform, this.#memory, this.#client);
    void this.#goodbyes.again();
    platform.listen({
      hidden: () => this.dispatch({ type: 'hidden' }),
      shown: () => {
        this.dispatch({ type: 'shown' });
        void this.#goodbyes.again();
      },
      network: (online, wifi) => {
        this.dispatch({ type: 'network', online, wifi });
        if (wifi) void this.#goodbyes.again();
      },
      interrupted: () => this.dispatch({ type: 'interrupted' }),
      interruptionOver: () => this.dispatch({ type: 'interruption_over' }),
    });
  }

  get model(): Model {
    return this.#model;
  }

  get language(): Language {
    return this.#language;
  }

  /** Changes every page's language and keeps it. */
  setLanguage(language: Language): void {
    this.#language = language;
    this.#memory.keepLanguage(language);
    void this.#draw();
  }

  /** The clinic of the last visit; before the first, the operator's. */
  get lastClinic(): RememberedClinic | null {
    return this.#memory.clinic() ?? defaultClinic;
  }

  /** A consultation that was left or interrupted and can be gone back to. */
  get resumable(): boolean {
    return this.#model.session !== null || this.#memory.session() !== null;
  }

  get measured(): Measured {
    return { ...this.#measured, redeem: this.#client.timings.redeem };
  }

  /** Where the box is, as far as this phone knows. */
  get base(): string | null {
    return this.#model.session?.base ?? this.#memory.clinic()?.base ?? null;
  }

  /** @returns ends it */
  watch(screen: Screen): () => void {
    this.#screens.add(screen);
    void screen(this.#model);
    return () => {
      this.#screens.delete(screen);
    };
  }

  /** The mini-program was opened: by a code, or again after it was destroyed. @param query as WeChat gave it */
  open(query: Record<string, string | undefined>): void {
    const code = readLaunch(query);
    if (code !== null) {
      void this.#read(code);
      return;
    }
    // A link or a code that opened it, and that nobody can read.
    if (query.q !== undefined || query.scene !== undefined) this.dispatch({ type: 'code_unreadable' });
    else if (this.#model.state === 'home' && this.#model.session === null) this.goBack();
  }

  /** Back into the consultation that was interrupted, if there is one. */
  goBack(): void {
    const session = this.#model.session ?? this.#memory.session();
    if (session !== null) this.#found(session);
  }

  demonstrate(): void {
    void this.#read(demoCode, true);
  }

  /** Asks the box; null when it does not answer. */
  measure(base: string): Promise<number | null> {
    return this.#client.measure(base);
  }

  /** @returns whether the box has it */
  async sendFieldTest(results: FieldTestRequest['results']): Promise<boolean> {
    const session = this.#model.session ?? this.#memory.session();
    return session !== null && (await this.#client.fieldTest(session, results));
  }

  /** "End": asks once more first. */
  async leave(): Promise<void> {
    const yes = await this.platform.confirm({
      text: say(this.#language, 'call.endQuestion'),
      yes: say(this.#language, 'call.endConfirm'),
      no: say(this.#language, 'action.cancel'),
    });
    if (yes) this.dispatch({ type: 'leave' });
  }

  dispatch(event: MachineEvent): void {
    this.#queue.push(event);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
        this.#measure(event);
        const before = this.#model;
        const { model, actions } = advance(before, event);
        this.#model = model;
        const page = pageOf(model.state);
        if (page !== pageOf(before.state)) this.platform.go(page);
        if (model !== before) {
          // live-pusher and live-player must have their addresses before they are told to start.
          const drawn = this.#draw();
          if (actions.some(({ type }) => type.endsWith('_start') || type === 'preview')) await drawn;
        }
        for (const action of actions) this.#carryOut(action);
      }
    } finally {
      this.#busy = false;
    }
  }

  async #draw(): Promise<void> {
    const drawn = Promise.all([...this.#screens].map((screen) => screen(this.#model)));
    const late = new Promise<void>((resolve) => {
      this.platform.after(drawLimit, resolve);
    });
    await Promise.race([drawn, late]);
  }

  #found(session: StoredSession): void {
    const clinic = this.#memory.clinic();
    this.dispatch({ type: 'session_found', session, clinic });
  }

  async #read(code: Code, demo = false): Promise<void> {
    if (this.platform.lacks().length > 0) {
      this.dispatch({ type: 'unsupported' });
      return;
    }
    const kept = this.#memory.session();
    // Destroyed, and opened again by the code that it joined by: the code is used up, the session is not.
    const here = this.#model.session === null && ['home', 'refused'].includes(this.#model.state);
    if (!demo && here && kept !== null && kept.codeId === code.id) {
      this.#found({ ...kept, base: code.base });
      return;
    }
    const nonce = this.#memory.nonceOf(code.id) ?? (await this.platform.nonce());
    if (!demo) this.#memory.keepNonce(code.id, nonce);
    this.dispatch({ type: 'code_read', code, nonce, demo });
  }

  async #scan(): Promise<void> {
    const text = await this.platform.scan();
    if (text === null) return;
    const code = readScanned(text);
    if (code === null) this.dispatch({ type: 'code_unreadable' });
    else await this.#read(code);
  }

  #later(event: Promise<MachineEvent>): void {
    void event.then((happened) => this.dispatch(happened));
  }

  /**
   * Asks the box for a code or a session. Several askings may be under way: what an older one says of a "no" or of
   * the network is old news, and its "yes" counts only while that consultation is still what the patient wants.
   */
  #ask(answer: Promise<MachineEvent>, stillWanted: (admission: PhoneAdmission) => boolean): void {
    this.#asked += 1;
    const number = this.#asked;
    void answer.then((event) => {
      const late = number !== this.#asked;
      if (!late || (event.type === 'admitted' && stillWanted(event.admission))) this.dispatch(event);
    });
  }

  #carryOut(action: Action): void {
    const { platform } = this;
    switch (action.type) {
      case 'scan':
        void this.#scan();
        return;
      case 'join':
        this.#ask(
          this.#client.join(action.code, action.nonce),
          () => (this.#model.code?.id ?? this.#model.session?.codeId) === action.code.id,
        );
        return;
      case 'resume':
        this.#goodbyes.takeBack(action.session.consultationId);
        this.#ask(
          this.#client.resume(action.session),
          ({ consultationId }) =>
            this.#model.code === null && this.#model.session?.consultationId === consultationId,
        );
        return;
      case 'leave': {
        const { session, reason } = action;
        // The demonstration's box is in this phone, and hears at once.
        if (this.#model.demo) void this.#client.leave(session, { resumeToken: session.resumeToken, reason });
        else this.#goodbyes.say({ session, reason });
        return;
      }
      case 'connect':
        this.#socket.open(action.session);
        return;
      case 'disconnect':
        this.#socket.close();
        return;
      case 'tell':
        this.#socket.tell(action.report);
        return;
      case 'post_consent':
        this.#later(this.#client.consent(action.session, action.by));
        return;
      case 'store':
        if (!this.#model.demo) this.#memory.keepSession(action.session);
        return;
      case 'forget':
        if (!this.#model.demo) this.#memory.forgetSession();
        return;
      case 'remember_clinic':
        if (!this.#model.demo) this.#memory.keepClinic(action);
        return;
      case 'check_permissions':
        this.#later(platform.missingPermissions().then((missing) => ({ type: 'permissions', missing })));
        return;
      case 'ask_permissions':
        this.#later(platform.askPermissions().then((missing) => ({ type: 'permissions', missing })));
        return;
      case 'open_settings':
        this.#later(
          platform
            .openSettings(action.where)
            // The phone's settings are open now; WeChat's are closed again, and may not have had all of it.
            .then(() =>
              action.where === 'system' ? platform.missingPermissions() : platform.askPermissions(),
            )
            .then((missing) => ({ type: 'permissions', missing })),
        );
        return;
      case 'preview':
        platform.pusher.preview();
        return;
      case 'push_start':
        this.#start('push', 1002, () => platform.pusher.start());
        return;
      case 'push_stop':
        this.#running.delete('push');
        platform.pusher.stop();
        return;
      case 'play_start':
        this.#start('play', 2004, () => platform.player.start());
        return;
      case 'play_stop':
        this.#running.delete('play');
        if (!this.#model.demo) platform.player.stop();
        return;
      case 'play_sound':
        if (!this.#model.demo) platform.player.sound(action.byHand);
        return;
      case 'switch_camera':
        platform.pusher.switchCamera();
        return;
      case 'keep_screen_on':
        platform.keepScreenOn(action.on);
        return;
      case 'call_attention':
        platform.callAttention(this.#language);
        return;
      case 'toast':
        platform.toast(say(this.#language, action.says));
        return;
      case 'dial':
        platform.dial(action.telephone);
        return;
      case 'wait':
        this.#cancel(action.timer);
        this.#timers.set(
          action.timer,
          platform.after(action.ms, () => {
            this.#timers.delete(action.timer);
            this.dispatch({ type: 'timer', name: action.timer });
          }),
        );
        return;
      case 'cancel':
        this.#cancel(action.timer);
        return;
    }
  }

  #cancel(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  /** The demonstration has no streams: its components say what real ones would. */
  #start(side: 'push' | 'play', code: number, start: () => void): void {
    this.#began[side] = this.platform.now();
    const again = this.#running.has(side);
    this.#running.add(side);
    if (!this.#model.demo) {
      // One that hangs must end first; a first one grows out of the preview without a dark moment.
      if (again) (side === 'push' ? this.platform.pusher : this.platform.player).stop();
      start();
      return;
    }
    if (side === 'push') this.platform.pusher.preview();
    this.platform.after(script.publish, () =>
      this.dispatch({ type: 'media', side, code, message: 'demonstration' }),
    );
  }

  #measure(event: MachineEvent): void {
    if (event.type === 'net') this.#measured[event.report.side] = event.report;
    if (event.type !== 'media') return;
    const now = this.platform.now();
    if (event.side === 'push' && event.code === 1002) this.#measured.pushStart = now - this.#began.push;
    if (event.side === 'play' && event.code === 2004) this.#measured.playStart = now - this.#began.play;
  }
}
