/** All states from reaching to consultation; what is shown comes from the machine's state alone. */
import {
  type ConsultationPage,
  consultationPage,
  type Model,
  netReport,
  pageOf,
  pressOf,
  rootFontSize,
  say,
  session,
} from '../../shared.ts';

type Tap = WechatMiniprogram.BaseEvent;
type State = WechatMiniprogram.CustomEvent<{ code: number; message?: string }>;
type Failure = WechatMiniprogram.CustomEvent<{ errCode: number; errMsg?: string }>;
type Net = WechatMiniprogram.CustomEvent<{ info: unknown }>;

const empty: ConsultationPage = {
  screen: 'notice',
  demo: '',
  notice: null,
  confirm: null,
  list: null,
  stage: null,
};

/** How many of this page there are: opened again by a link, the new one comes before the old one goes. */
let pages = 0;

Page({
  data: { ...empty, rootFontSize: 16, moreOpen: false },
  stop: undefined as (() => void) | undefined,
  /** What is on the screen, by part, so that only what changed is sent to it. */
  shown: {} as Record<string, string>,

  onLoad(query: Record<string, string | undefined>) {
    pages += 1;
    this.shown = {};
    this.setData({ rootFontSize: rootFontSize(session.platform.device()) });
    session.platform.title(say(session.language, 'app.title'));
    session.open(query);
    this.stop = session.watch((model) => this.show(model));
  },

  onUnload() {
    pages -= 1;
    this.stop?.();
    // The patient left by WeChat's own button: what runs must end; the way back stays.
    if (pages === 0 && pageOf(session.model.state) === 'consultation') session.dispatch({ type: 'go_home' });
  },

  show(model: Model): Promise<void> {
    const page = consultationPage(model, session.language);
    const changed: Partial<ConsultationPage> = {};
    for (const part of Object.keys(page) as (keyof ConsultationPage)[]) {
      const text = JSON.stringify(page[part]);
      if (this.shown[part] === text) continue;
      this.shown[part] = text;
      Object.assign(changed, { [part]: page[part] });
    }
    return new Promise((resolve) => {
      if (Object.keys(changed).length === 0) resolve();
      else this.setData(changed, resolve);
    });
  },

  press(event: Tap) {
    const happened = pressOf(event.currentTarget.dataset.press);
    if (happened !== null) session.dispatch(happened);
  },

  chooseBy(event: Tap) {
    const by: unknown = event.currentTarget.dataset.by;
    if (by === 'patient' || by === 'family') session.dispatch({ type: 'choose_by', by });
  },

  answer(event: Tap) {
    const { message, answer } = event.currentTarget.dataset as { message?: unknown; answer?: unknown };
    if (typeof message === 'string' && typeof answer === 'string') {
      session.dispatch({ type: 'answer', messageId: message, answer });
    }
  },

  talk() {
    session.dispatch({ type: 'talk', talking: true });
  },

  talkEnd() {
    session.dispatch({ type: 'talk', talking: false });
  },

  more() {
    this.setData({ moreOpen: !this.data.moreOpen });
  },

  end() {
    void session.leave();
  },

  pushState({ detail }: State) {
    session.dispatch({ type: 'media', side: 'push', code: detail.code, message: detail.message ?? '' });
  },

  pushError({ detail }: Failure) {
    session.dispatch({ type: 'media', side: 'push', code: detail.errCode, message: detail.errMsg ?? '' });
  },

  pushNet({ detail }: Net) {
    session.dispatch({ type: 'net', report: netReport('push', detail.info) });
  },

  playState({ detail }: State) {
    session.dispatch({ type: 'media', side: 'play', code: detail.code, message: detail.message ?? '' });
  },

  playNet({ detail }: Net) {
    session.dispatch({ type: 'net', report: netReport('play', detail.info) });
  },
});
