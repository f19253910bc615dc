import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PairingView } from '../../server/consultations/view.ts';
import { serverNow } from '../shared/api.ts';
import { Localized, t } from '../shared/i18n.ts';
import { qrPicture } from '../shared/qr-picture.ts';
import { buttons, shared } from '../shared/theme.ts';
import { formatSpan } from './status.ts';

/** The QR code of a consultation with its remaining life; fires `refresh` and `close`. */
@customElement('pairing-code')
export class PairingCode extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        /* As large as the window allows: it is scanned from across the desk. */
        --size: min(clamp(240px, 100vh - 400px, 520px), 100vw - 5.5rem);
        display: flex;
        flex-direction: column;
        align-items: center;
        gap: 0.6rem;
        padding: 1.1rem 1.5rem;
        border-radius: 16px;
        background: #fff;
        text-align: center;
      }
      @supports (width: 1cqh) {
        :host {
          /* What stands above and below it must stay in sight too, also under a banner. */
          --size: clamp(170px, min(100cqh - 15rem, 100cqw - 5.5rem), 520px);
        }
      }
      .qr {
        position: relative;
        width: var(--size);
        line-height: 0;
      }
      svg {
        width: 100%;
        height: auto;
        background: #fff;
      }
      .over {
        display: grid;
        place-items: center;
        width: var(--size);
        aspect-ratio: 1;
        border: 2px dashed var(--line-strong);
        border-radius: 12px;
        font-size: 1.2rem;
        font-weight: 600;
        padding: 1rem;
      }
      .remaining {
        font-variant-numeric: tabular-nums;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) pairing: PairingView | null = null;
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) closable = false;
  @state() private now = serverNow();
  /** When the last code that was shown expires, ms. */
  #expiry: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      this.now = serverNow();
    }, 500);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override render() {
    if (this.pairing !== null) this.#expiry = Date.parse(this.pairing.expiresAt);
    const remaining = this.pairing === null ? 0 : Date.parse(this.pairing.expiresAt) - this.now;
    const valid = this.pairing !== null && remaining > 0;
    return html`<h2>${t('pairing.title')}</h2>
      <p class="muted">${t('pairing.steps')}</p>
      ${
        valid && this.pairing !== null
          ? html`<div class="qr" data-testid="pairing-qr" data-url=${this.pairing.url}>${qrPicture(this.pairing.url, t('pairing.qr'))}</div>`
          : html`<div class="over">${this.busy ? t('pairing.working') : this.#whyNone()}</div>`
      }
      <p class="remaining" data-testid="pairing-remaining" role="timer">
        ${valid ? t('pairing.remaining', { time: formatSpan(remaining) }) : nothing}
      </p>
      <div class="row">
        <button
          class=${valid ? '' : 'primary'}
          data-testid="pairing-refresh"
          ?disabled=${this.busy}
          @click=${() => this.dispatchEvent(new CustomEvent('refresh'))}
        >
          ${t('pairing.refresh')}
        </button>
        ${
          this.closable
            ? html`<button data-testid="pairing-close" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>
                ${t('pairing.close')}
              </button>`
            : nothing
        }
      </div>`;
  }

  /** The server shows no code when it has expired, and also while the box has no address. */
  #whyNone(): string {
    return this.#expiry !== null && this.now >= this.#expiry ? t('pairing.expired') : t('pairing.none');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pairing-code': PairingCode;
  }
}
