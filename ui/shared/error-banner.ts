import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Localized } from './i18n.ts';
import { actionLabel, describeProblem, type ProblemAction } from './problems.ts';
import { buttons, shared } from './theme.ts';

/** Says in one sentence what is wrong, in another the way out, and offers it as a button where there is one. */
@customElement('error-banner')
export class ErrorBanner extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: block;
      }
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        padding: 0.7rem 1rem;
        border-left: 5px solid var(--danger);
        border-radius: 8px;
        background: var(--danger-ground);
      }
      section {
        flex: 1 1 16rem;
      }
      strong {
        display: block;
      }
      button {
        flex: none;
      }
    `,
  ];

  /** The error's code. */
  @property() code = '';
  /** false: the action makes no sense here, only the sentence is shown. */
  @property({ type: Boolean }) actionless = false;

  constructor() {
    super();
    new Localized(this);
  }

  /** Without a problem it takes no room either. */
  override willUpdate(): void {
    this.hidden = this.code === '';
  }

  override render() {
    if (this.code === '') return nothing;
    const { sentence, wayOut, action } = describeProblem(this.code);
    return html`<div role="alert" data-testid="error-banner" data-code=${this.code}>
      <section><strong>${sentence}</strong>${wayOut}</section>
      ${
        this.actionless || action === 'none'
          ? nothing
          : html`<button data-testid="error-action" @click=${() => this.#act(action)}>${actionLabel(action)}</button>`
      }
    </div>`;
  }

  #act(action: ProblemAction): void {
    if (action === 'reload') {
      window.location.reload();
      return;
    }
    this.dispatchEvent(new CustomEvent<ProblemAction>('problem-action', { detail: action }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'error-banner': ErrorBanner;
  }
}
