import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';

/** Ends the consultation in two steps, so that a slip of the hand ends nothing. Fires `end`. */
@customElement('end-button')
export class EndButton extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: block;
      }
      p {
        font-weight: 600;
        margin-bottom: 0.5rem;
        text-align: center;
      }
      button {
        width: 100%;
      }
      .row {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.6rem;
      }
      .row button {
        padding-inline: 0.5rem;
      }
    `,
  ];

  @property({ type: Boolean }) busy = false;
  /** The second step: the page asks whether it is meant. */
  @property({ type: Boolean, reflect: true }) asking = false;

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    if (!this.asking && !this.busy) {
      return html`<button class="danger-quiet" data-testid="end-button" @click=${this.#ask}>
        ${t('end.button')}
      </button>`;
    }
    return html`<div role="group" aria-label=${t('end.question')} @keydown=${this.#key}>
      <p>${t('end.question')}</p>
      <div class="row">
        <button data-testid="end-cancel" ?disabled=${this.busy} @click=${this.#cancel}>${t('end.cancel')}</button>
        <button class="danger" data-testid="end-confirm" ?disabled=${this.busy} @click=${this.#confirm}>
          ${this.busy ? t('end.busy') : t('end.confirm')}
        </button>
      </div>
    </div>`;
  }

  async #ask(): Promise<void> {
    this.asking = true;
    await this.updateComplete;
    // The harmless answer has the focus: pressing Enter twice ends nothing.
    this.renderRoot.querySelector<HTMLButtonElement>('.row button')?.focus();
  }

  #cancel(): void {
    this.asking = false;
  }

  #confirm(): void {
    this.asking = false;
    this.dispatchEvent(new CustomEvent('end'));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#cancel();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'end-button': EndButton;
  }
}
