/** What the owner says of the clinic, and what the box says of its clock. */
import { html, nothing } from 'lit';
import type { ClinicAnswers } from '../../server/setup/view.ts';
import { typed } from '../shared/forms.ts';
import { currentLanguage, t } from '../shared/i18n.ts';

/** A clock that is further away than this is wrong: consultations would carry a wrong time, ms. */
const clockTolerance = 120_000;

/** The zones that this browser knows; an old one knows its own. */
function timeZones(own: string): string[] {
  const known = 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([own, 'Asia/Shanghai', ...known])];
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai';

export function clinicFields(clinic: ClinicAnswers) {
  const zone = browserZone();
  return html`<div>
      <label for="clinic">${t('first.clinic')}</label>
      <input id="clinic" maxlength="40" required autocomplete="organization" data-testid="clinic-name" .value=${clinic.name} />
      <p class="field-hint">${t('first.clinicHint')}</p>
    </div>
    <div class="row">
      <div>
        <label for="language">${t('first.language')}</label>
        <select id="language">
          ${(['zh', 'en'] as const).map(
            (each) =>
              html`<option value=${each} ?selected=${each === currentLanguage()}>
                ${each === 'zh' ? '中文' : 'English'}
              </option>`,
          )}
        </select>
      </div>
      <div>
        <label for="zone">${t('first.zone')}</label>
        <select id="zone">
          ${timeZones(zone).map((each) => html`<option value=${each} ?selected=${each === zone}>${each}</option>`)}
        </select>
      </div>
    </div>`;
}

export function readClinic(root: ParentNode): ClinicAnswers {
  return {
    name: typed(root, 'clinic'),
    language: typed(root, 'language') === 'en' ? 'en' : 'zh',
    timeZone: typed(root, 'zone') || browserZone(),
  };
}

/** How far the box's clock is from this computer's, in minutes; null: near enough. @param boxNow ISO 8601 */
export function clockDistance(boxNow: string, now = Date.now()): number | null {
  const distance = Math.abs(Date.parse(boxNow) - now);
  return distance > clockTolerance ? Math.round(distance / 60_000) : null;
}

export function clockWarning(boxNow: string) {
  const minutes = clockDistance(boxNow);
  return minutes === null
    ? nothing
    : html`<p class="warning" role="alert">${t('first.clock', { minutes })}</p>`;
}
