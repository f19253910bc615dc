/** For installers: what this phone can measure of its way to the box. */
import { type Measurement, measurePhone, rootFontSize, say, session } from '../../shared.ts';

Page({
  data: {
    rootFontSize: 16,
    title: '',
    hint: '',
    start: '',
    send: '',
    copy: '',
    running: false,
    percent: 0,
    results: [] as Measurement[],
  },

  onLoad() {
    const { language } = session;
    session.platform.title(say(language, 'test.title'));
    this.setData({
      rootFontSize: rootFontSize(session.platform.device()),
      title: say(language, 'test.title'),
      hint: say(language, 'test.hint'),
      start: say(language, 'test.start'),
      send: say(language, 'test.send'),
      copy: say(language, 'test.copy'),
    });
  },

  async run() {
    const { base, language } = session;
    if (this.data.running) return;
    if (base === null) {
      session.platform.toast(say(language, 'test.noBox'));
      return;
    }
    this.setData({ running: true, percent: 0, start: say(language, 'test.running') });
    try {
      const results = await measurePhone(session, base, (part) =>
        this.setData({ percent: Math.round(part * 100) }),
      );
      this.setData({ results });
    } finally {
      this.setData({ running: false, start: say(language, 'test.start') });
    }
  },

  async sendResults() {
    const results = this.data.results.map(({ name, value, unit }) => ({ name, value, unit }));
    const heard = await session.sendFieldTest(results);
    session.platform.toast(say(session.language, heard ? 'test.sent' : 'test.notSent'));
  },

  async copyResults() {
    await session.platform.copy(
      this.data.results.map(({ label, value, unit }) => `${label}: ${value} ${unit}`.trim()).join('\n'),
    );
    session.platform.toast(say(session.language, 'test.copied'));
  },
});
