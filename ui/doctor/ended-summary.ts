import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ConsultationEvent, ConsultationView } from '../../server/consultations/view.ts';
import { api } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';
import './advice-editor.ts';
import { eventText } from './event-text.ts';
import { formatSpan, timeOfDay } from './status.ts';

/** What a finished consultation was; fires `new-consultation`. */
@customElement('ended-summary')
export class EndedSummary extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      section {
        display: grid;
        gap: 1.1rem;
        width: min(34rem, 100%);
        margin: 3vh auto 0;
        padding: 2rem;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--surface);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.5rem 1.5rem;
        margin: 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        max-height: 30vh;
        overflow: auto;
      }
      li span {
        overflow-wrap: anywhere;
      }
      li {
        display: flex;
        gap: 1rem;
        padding: 0.3rem 0;
        border-top: 1px solid var(--line);
      }
      time {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      button {
        min-height: 56px;
        font-size: 1.15rem;
      }
      @media (max-width: 600px) {
        section {
          margin-top: 0;
          padding: 1.25rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) consultation: ConsultationView | null = null;
  /** Ended by somebody or something else. */
  @property({ type: Boolean }) elsewhere = false;
  @state() private events: ConsultationEvent[] = [];

  constructor() {
    super();
    new Localized(this);
  }

  override async firstUpdated(): Promise<void> {
    if (this.consultation === null) return;
    try {
      this.events = await api.timeline(this.consultation.id);
    } catch (error) {
      // The summary is complete without it.
      console.warn('no timeline', error);
    }
  }

  override render() {
    const { consultation } = this;
    if (consultation === null) return nothing;
    const { admittedAt, endedAt, createdAt, patientLabel } = consultation;
    const known = this.events.flatMap((event) => {
      const text = eventText(event);
      return text === null ? [] : [{ at: event.at, text }];
    });
    return html`<section data-testid="ended-summary">
      <h1>${t('ended.title')}</h1>
      ${this.elsewhere ? html`<error-banner code="consultation_ended" actionless></error-banner>` : nothing}
      <dl>
        ${patientLabel === null ? nothing : html`<dt>${t('ended.patient')}</dt><dd>${patientLabel}</dd>`}
        <dt>${t('ended.duration')}</dt>
        <dd>
          ${
            admittedAt === null || endedAt === null
              ? t('ended.neverAdmitted')
              : formatSpan(Date.parse(endedAt) - Date.parse(admittedAt))
          }
        </dd>
        <dt>${t('ended.began')}</dt>
        <dd>${timeOfDay(admittedAt ?? createdAt)}</dd>
        ${endedAt === null ? nothing : html`<dt>${t('ended.finished')}</dt><dd>${timeOfDay(endedAt)}</dd>`}
      </dl>
      <advice-editor
        .consultationId=${consultation.id}
        .advice=${consultation.advice ?? ''}
        ended
      ></advice-editor>
      ${
        known.length === 0
          ? nothing
          : html`<div>
              <h2>${t('ended.timeline')}</h2>
              <ol>
                ${known.map(
                  ({ at, text }) =>
                    html`<li><time datetime=${at}>${timeOfDay(at)}</time><span>${text}</span></li>`,
                )}
              </ol>
            </div>`
      }
      <button
        class="primary"
        data-testid="new-consultation"
        @click=${() => this.dispatchEvent(new CustomEvent('new-consultation'))}
      >
        ${t('ended.new')}
      </button>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'ended-summary': EndedSummary;
  }
}
