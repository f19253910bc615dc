/**
 * The demonstration: a scripted box inside the phone, for WeChat's reviewers, who are outside every clinic's network,
 * and for training. The same pages and the same machine run on it; only requests to its address are answered here.
 */
import type { BoxMessage, PhoneAdmission, PhoneView } from '../../server/consultations/phone-protocol.ts';
import { type Language, type MessageKey, say } from '../i18n/catalogue.ts';
import type { Code } from '../machine/code.ts';
import { defaultPlayer, defaultPusher } from '../session/read.ts';
import type { HttpAnswer, HttpRequest, Platform, SocketHandle, SocketHandlers } from './platform.ts';

/** A name that no network resolves (RFC 2606). */
const base = 'http://demo.invalid:80';

/** The script, ms after the patient has agreed or after the step before. */
export const script = { admit: 4000, publish: 1000, watch: 1500, message: 3000, end: 3000 } as const;

/** What the button "demonstration" reads. */
export const demoCode: Code = {
  kind: 'pairing',
  id: 'demo',
  base,
  clinic: null,
  wifi: null,
  telephone: null,
};

/** One scripted consultation. */
class DemoBox {
  #view: PhoneView;
  #handlers: SocketHandlers | null = null;
  #started = false;
  #stops: (() => void)[] = [];

  constructor(
    private readonly platform: Platform,
    private readonly language: () => Language,
  ) {
    this.#view = this.#firstView();
  }

  answer({ url }: HttpRequest): HttpAnswer {
    if (url.endsWith('/redeem')) this.#reset();
    if (url.endsWith('/leave')) {
      this.#reset();
      return { status: 204, body: null };
    }
    if (url.endsWith('/consent')) {
      this.#view = { ...this.#view, consent: { ...this.#view.consent, accepted: true } };
      this.#begin();
      return { status: 200, body: this.#view };
    }
    const admission: PhoneAdmission = {
      ...this.#view,
      resumeToken: 'demo',
      eventsUrl: `${base.replace('http', 'ws')}/events`,
      expiresAt: new Date(this.platform.now() + 3_600_000).toISOString(),
    };
    return { status: 200, body: admission };
  }

  connect(handlers: SocketHandlers): SocketHandle {
    this.#handlers = handlers;
    this.#later(0, handlers.open);
    return {
      send: (text) => this.#hear(JSON.parse(text)),
      close: () => {
        this.#handlers = null;
      },
    };
  }

  #hear(message: { type?: string; answer?: string }): void {
    if (message.type === undefined) this.#later(0, () => this.#show({}));
    if (message.type === 'ping') this.#handlers?.message('{"type":"pong"}');
    if (message.type === 'answer' && message.answer !== undefined) {
      const { answer } = message;
      this.#show({ messages: this.#view.messages.map((each) => ({ ...each, answered: answer })) });
      this.#later(script.end, () =>
        this.#show({ state: 'ended', pushUrl: null, playUrl: null, advice: this.#say('demo.advice') }),
      );
    }
  }

  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    let at: number = script.admit;
    this.#later(at, () =>
      this.#show({ state: 'live', pushUrl: `${base}/push`, playUrl: `${base}/play`, doctorPublishing: true }),
    );
    at += script.publish + script.watch;
    this.#later(at, () => this.#show({ watched: true }));
    at += script.message;
    this.#later(at, () =>
      this.#show({
        messages: [
          {
            id: 'demo-1',
            text: this.#say('demo.message'),
            answers: [this.#say('demo.answerYes'), this.#say('demo.answerNo')],
            answered: null,
          },
        ],
      }),
    );
  }

  #show(change: Partial<PhoneView>): void {
    this.#view = { ...this.#view, ...change };
    const message: BoxMessage = { type: 'snapshot', ...this.#view };
    this.#handlers?.message(JSON.stringify(message));
  }

  #later(ms: number, run: () => void): void {
    this.#stops.push(this.platform.after(ms, run));
  }

  #reset(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#started = false;
    this.#view = this.#firstView();
  }

  #say(key: MessageKey): string {
    return say(this.language(), key);
  }

  #firstView(): PhoneView {
    return {
      consultationId: 'demo',
      state: 'waiting',
      pushUrl: null,
      playUrl: null,
      player: defaultPlayer,
      pusher: defaultPusher,
      doctorPublishing: false,
      watched: false,
      clinic: { name: this.#say('demo.clinic'), telephone: null, wifi: null },
      doctor: {
        name: this.#say('demo.doctorName'),
        title: this.#say('demo.doctorTitle'),
        department: this.#say('demo.doctorDepartment'),
        licence: null,
      },
      patientLabel: this.#say('demo.patient'),
      consent: { version: '1', accepted: false, recorded: false },
      advice: null,
      messages: [],
    };
  }
}

/** The phone, with the scripted box beside it. */
export function withDemonstration(platform: Platform, language: () => Language): Platform {
  const box = new DemoBox(platform, language);
  return {
    ...platform,
    request: (request) =>
      request.url.startsWith(base) ? Promise.resolve(box.answer(request)) : platform.request(request),
    openSocket: (url, handlers) =>
      url.startsWith(base.replace('http', 'ws')) ? box.connect(handlers) : platform.openSocket(url, handlers),
  };
}
