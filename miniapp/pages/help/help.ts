/** Questions and answers. */
import { rootFontSize, say, session } from '../../shared.ts';

const numbers = [1, 2, 3, 4, 5, 6] as const;

Page({
  data: { rootFontSize: 16, title: '', items: [] as { question: string; answer: string }[] },

  onLoad() {
    const { language } = session;
    session.platform.title(say(language, 'help.title'));
    this.setData({
      rootFontSize: rootFontSize(session.platform.device()),
      title: say(language, 'help.title'),
      items: numbers.map((each) => ({
        question: say(language, `help.q${each}`),
        answer: say(language, `help.a${each}`),
      })),
    });
  },
});
