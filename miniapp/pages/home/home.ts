/** One large button; the clinic of the last visit; help. */
import { type MessageKey, rootFontSize, say, session } from '../../shared.ts';

const labels = {
  scan: 'home.scan',
  scanHint: 'home.scanHint',
  resume: 'home.resume',
  call: 'home.call',
  help: 'home.help',
  demo: 'home.demo',
  fieldTest: 'home.fieldTest',
  language: 'language.other',
} as const satisfies Record<string, MessageKey>;

const empty = {
  scan: '',
  scanHint: '',
  resume: '',
  call: '',
  help: '',
  demo: '',
  fieldTest: '',
  language: '',
};

Page({
  data: { rootFontSize: 16, text: empty, clinic: '', wifi: '', telephone: '', resumable: false },
  stop: undefined as (() => void) | undefined,

  onLoad(query: Record<string, string | undefined>) {
    this.stop = session.watch(() => this.show());
    session.open(query);
  },

  onShow() {
    this.show();
  },

  onUnload() {
    this.stop?.();
  },

  show() {
    const { language, lastClinic } = session;
    const text = { ...empty };
    for (const name of Object.keys(labels) as (keyof typeof labels)[])
      text[name] = say(language, labels[name]);
    const name = lastClinic?.name ?? '';
    const wifi = lastClinic?.wifi ?? null;
    session.platform.title(say(language, 'app.title'));
    this.setData({
      rootFontSize: rootFontSize(session.platform.device()),
      text,
      clinic: name === '' ? '' : say(language, 'home.last', { clinic: name }),
      wifi: wifi === null ? '' : say(language, 'home.wifi', { wifi }),
      telephone: lastClinic?.telephone ?? '',
      resumable: session.resumable,
    });
  },

  scan() {
    session.dispatch({ type: 'scan' });
  },

  resume() {
    session.goBack();
  },

  call() {
    session.platform.dial(this.data.telephone);
  },

  help() {
    session.platform.go('help');
  },

  fieldTest() {
    session.platform.go('field-test');
  },

  demo() {
    session.demonstrate();
  },

  switchLanguage() {
    session.setLanguage(session.language === 'zh' ? 'en' : 'zh');
  },
});
