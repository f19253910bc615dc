import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

/** Asks for the clinic's access code; fires `signed-in`. */
@customElement('access-form')
export class AccessForm extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      form {
        display: grid;
        gap: 1rem;
        width: min(26rem, 100%);
        margin: 8vh auto 0;
        padding: 2rem;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--surface);
      }
      input {
        font-size: 1.3rem !important;
        letter-spacing: 0.1em;
      }
      @media (max-width: 600px) {
        form {
          margin-top: 2vh;
          padding: 1.25rem;
        }
      }
    `,
  ];

  /** A code that the page's address brought along: it is tried at once. */
  @property() code = '';
  @state() private problem = '';
  @state() private busy = false;
  @query('input') private readonly input!: HTMLInputElement;

  constructor() {
    super();
    new Localized(this);
  }

  override firstUpdated(): void {
    this.input.focus();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('code') || this.code === '') return;
    this.input.value = this.code;
    void this.#signIn();
  }

  override render() {
    return html`<form @submit=${this.#submit}>
      <div>
        <h1>${t('access.title')}</h1>
        <p class="muted">${t('access.hint')}</p>
      </div>
      <div>
        <label for="code">${t('access.label')}</label>
        <input
          id="code"
          name="code"
          type="password"
          autocomplete="current-password"
          required
          data-testid="access-code-input"
        />
      </div>
      <error-banner .code=${this.problem} actionless></error-banner>
      <button class="primary" type="submit" data-testid="access-submit" ?disabled=${this.busy}>
        ${this.busy ? t('access.busy') : t('access.submit')}
      </button>
    </form>`;
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#signIn();
  }

  async #signIn(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await api.signIn(this.input.value.trim());
      // Where cookies are blocked the right code changes nothing, and nothing would say so.
      if (await api.signedIn()) this.dispatchEvent(new CustomEvent('signed-in'));
      else this.problem = 'cookies_blocked';
    } catch (error) {
      this.problem = errorCode(error);
      this.input.select();
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'access-form': AccessForm;
  }
}
