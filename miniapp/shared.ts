/** What every page loads, once: the session and what the pages show. The build makes one file of it. */
import { wechat } from './platform/wechat.ts';
import { Session } from './session/session.ts';

export { say } from './i18n/catalogue.ts';
export type { MachineEvent } from './machine/events.ts';
export type { Model } from './machine/model.ts';
export { measurePhone } from './session/field-test.ts';
export { type ConsultationPage, consultationPage, endedPage, rootFontSize } from './session/view.ts';

/** The one session of this mini-program. */
export const session = new Session(wechat);
