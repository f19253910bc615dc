/** The advice, and the way back for one who left too early. */
import { endedPage, pressOf, rootFontSize, say, session } from '../../shared.ts';

Page({
  data: {
    rootFontSize: 16,
    page: { title: '', adviceTitle: '', advice: '', hint: '', buttons: [] } as ReturnType<typeof endedPage>,
  },
  stop: undefined as (() => void) | undefined,

  onLoad() {
    this.setData({ rootFontSize: rootFontSize(session.platform.device()) });
    session.platform.title(say(session.language, 'app.title'));
    this.stop = session.watch((model) => this.setData({ page: endedPage(model, session.language) }));
  },

  onUnload() {
    this.stop?.();
    if (session.model.state === 'ended') session.dispatch({ type: 'go_home' });
  },

  press(event: WechatMiniprogram.BaseEvent) {
    const happened = pressOf(event.currentTarget.dataset.press);
    if (happened !== null) session.dispatch(happened);
  },
});
