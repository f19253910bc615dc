/** What every page loads, once: the session and what the pages show. The build makes one file of it. */
import { wechat } from './platform/wechat.ts';
import { Session } from './session/session.ts';

export { type MessageKey, say } from './i18n/catalogue.ts';
export { type Model, pageOf } from './machine/model.ts';
export { type Measurement, measurePhone } from './session/field-test.ts';
export { netReport } from './session/net.ts';
export { pressOf } from './session/presses.ts';
export { type ConsultationPage, consultationPage, endedPage, rootFontSize } from './session/view.ts';

/** The one session of this mini-program. */
export const session = new Session(wechat);
