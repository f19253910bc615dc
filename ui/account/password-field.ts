import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

/** As `server/people/password.ts` wants it; the server has the last word. */
const shortest = 10;

/** A new password: long rather than strange, and it can be looked at. */
@customElement('password-field')
export class PasswordField extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.4rem;
      }
      .good {
        color: var(--good);
      }
    `,
  ];

  @property() label = '';
  @state() private shown = false;
  @state() private length = 0;
  @query('input') private readonly input!: HTMLInputElement | null;

  constructor() {
    super();
    new Localized(this);
  }

  get value(): string {
    return this.input?.value ?? '';
  }

  override render() {
    const enough = this.length >= shortest;
    return html`<label for="field">${this.label}</label>
      <div class="line">
        <input
          id="field"
          type=${this.shown ? 'text' : 'password'}
          autocomplete="new-password"
          spellcheck="false"
          maxlength="128"
          required
          data-testid="new-password"
          aria-describedby="hint"
          @input=${() => {
            this.length = [...this.value].length;
          }}
        />
        <button
          type="button"
          aria-pressed=${this.shown ? 'true' : 'false'}
          @click=${() => {
            this.shown = !this.shown;
          }}
        >
          ${this.shown ? t('password.hide') : t('password.show')}
        </button>
      </div>
      <p class="field-hint ${enough ? 'good' : ''}" id="hint">
        ${enough ? t('password.longEnough') : t('password.hint', { shortest })}
      </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'password-field': PasswordField;
  }
}
