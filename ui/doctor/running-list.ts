import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ConsultationView } from '../../server/consultations/view.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';
import { maskLabel, timeOfDay } from './status.ts';

/**
 * Consultations that run at this box but were not begun in this browser: a doctor whose computer broke down
 * goes on at another one. Folded, because mostly they are the colleagues' own. Fires `take-over`.
 */
@customElement('running-list')
export class RunningList extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      summary {
        padding: 0.4rem 0;
        color: var(--accent-strong);
        font-weight: 600;
        cursor: pointer;
      }
      ul {
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 1rem;
        padding: 0.4rem 0;
        border-top: 1px solid var(--line);
      }
      strong {
        flex: 1 1 6rem;
      }
      time {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) consultations: ConsultationView[] = [];

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    if (this.consultations.length === 0) return nothing;
    return html`<details data-testid="running-list">
      <summary>${t('setup.others', { number: this.consultations.length })}</summary>
      <p class="muted">${t('setup.othersHint')}</p>
      <ul>
        ${this.consultations.map(
          (consultation) => html`<li>
            <time class="muted" datetime=${consultation.createdAt}>${timeOfDay(consultation.createdAt)}</time>
            <strong>
              ${consultation.patientLabel === null ? t('setup.unnamedPatient') : maskLabel(consultation.patientLabel)}
            </strong>
            <span class="muted">${t(`state.${consultation.state}`)}</span>
            <button data-testid="take-over" @click=${() => this.#takeOver(consultation)}>${t('setup.takeOver')}</button>
          </li>`,
        )}
      </ul>
    </details>`;
  }

  #takeOver(consultation: ConsultationView): void {
    this.dispatchEvent(new CustomEvent<ConsultationView>('take-over', { detail: consultation }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'running-list': RunningList;
  }
}
