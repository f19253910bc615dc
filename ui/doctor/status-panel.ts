import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ConsultationView, PhoneNetworkSide } from '../../server/consultations/view.ts';
import type { PublisherState, PublishingStats } from '../media/whip.ts';
import { serverNow } from '../shared/api.ts';
import { Localized, t } from '../shared/i18n.ts';
import { shared } from '../shared/theme.ts';
import { networkLine } from './phone-network.ts';
import { formatSpan, publishStatus, seenStatus } from './status.ts';

/** Says whether the patient sees the doctor, and below it whether the doctor's picture is on its way. */
@customElement('status-panel')
export class StatusPanel extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.35rem;
        padding: 0.9rem 1rem;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--surface);
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
        color: var(--ink-soft);
        font-size: 0.95rem;
      }
      .head span:first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .time {
        font-variant-numeric: tabular-nums;
      }
      .seen {
        font-size: 1.45rem;
        line-height: 1.3;
        font-weight: 700;
      }
      .publish {
        font-weight: 600;
      }
      .good {
        color: var(--good);
      }
      .busy {
        color: var(--warning);
      }
      .bad {
        color: var(--danger);
      }
      .stats {
        font-size: 0.85rem;
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      .phone {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.6rem;
        align-items: baseline;
        font-weight: 600;
      }
      .phone .stats {
        font-weight: 400;
      }
      @media (max-width: 760px) {
        :host {
          padding: 0.5rem 0.7rem;
          gap: 0.1rem;
        }
        .seen {
          font-size: 1.15rem;
        }
        .stats {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) consultation: ConsultationView | null = null;
  @property() publisher: PublisherState = 'idle';
  @property({ attribute: false }) stats: PublishingStats | null = null;
  @property({ type: Boolean }) muted = false;
  @property({ type: Boolean }) cameraOff = false;
  /** Another window or another doctor has the consultation. */
  @property({ type: Boolean }) takenOver = false;
  @state() private now = serverNow();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      this.now = serverNow();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override render() {
    const { consultation, stats } = this;
    if (consultation === null) return nothing;
    const seen = seenStatus(consultation, this);
    const publish = publishStatus(consultation, this.publisher);
    const { admittedAt, patientLabel, state } = consultation;
    return html`<div class="head">
        <span>${t(`state.${state}`)}${patientLabel === null ? nothing : html` · ${patientLabel}`}</span>
        ${
          admittedAt === null
            ? nothing
            : html`<span class="time">${formatSpan(this.now - Date.parse(admittedAt))}</span>`
        }
      </div>
      <div role="status">
        <p class="seen ${seen.tone}" data-testid="seen-status" data-key=${seen.key}>${t(seen.key)}</p>
        <p class="publish ${publish.tone}" data-testid="publish-status" data-key=${publish.key}>${t(publish.key)}</p>
      </div>
      ${
        this.publisher === 'publishing' && stats !== null
          ? html`<p class="stats">
              ${t('stats.line', {
                kbps: Math.round(stats.bitrate / 1000),
                fps: Math.round(stats.framesPerSecond),
              })}
            </p>`
          : nothing
      }
      ${this.#phone(consultation)}`;
  }

  /** The patient's own network, as the phone tells it. */
  #phone({ phoneNetwork }: ConsultationView) {
    const line = networkLine(phoneNetwork);
    if (line === null) return nothing;
    const rate = (side: PhoneNetworkSide | null) => Math.round(side?.videoBitrate ?? 0);
    return html`<p class="phone" data-testid="phone-network" data-level=${line.level}>
      <span class=${line.tone}>${t(`network.phone.${line.level}`)}</span>
      <span class="stats">↑ ${rate(line.push)} ↓ ${rate(line.play)} kbit/s</span>
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'status-panel': StatusPanel;
  }
}
