import { html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import './password-field.ts';

/** One's own new password. Fires `done`. */
@customElement('choose-password')
export class ChoosePassword extends LitElement {
  static override styles = [shared, buttons, fields, forms];

  /** Somebody else chose the one before: there is no way round. */
  @property({ type: Boolean }) first = false;
  @state() private busy = false;
  @state() private problem = '';

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    return html`<form class="card narrow" @submit=${this.#submit}>
      <div>
        <h1>${t('password.title')}</h1>
        ${this.first ? html`<p class="muted">${t('password.first')}</p>` : ''}
      </div>
      <div>
        <label for="current">${t('password.current')}</label>
        <input id="current" type="password" autocomplete="current-password" required data-testid="current-password" />
      </div>
      <password-field .label=${t('password.new')}></password-field>
      <error-banner .code=${this.problem} actionless></error-banner>
      <div class="buttons">
        ${this.first ? '' : html`<button type="button" @click=${this.#done}>${t('action.back')}</button>`}
        <button class="primary" type="submit" data-testid="password-submit" ?disabled=${this.busy}>
          ${t('password.submit')}
        </button>
      </div>
    </form>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      const fresh = this.renderRoot.querySelector('password-field')?.value ?? '';
      await api.changePassword(typed(this.renderRoot, 'current'), fresh);
      this.#done();
    } catch (error) {
      this.problem = errorCode(error);
    } finally {
      this.busy = false;
    }
  }

  readonly #done = (): void => void this.dispatchEvent(new CustomEvent('done'));
}

declare global {
  interface HTMLElementTagNameMap {
    'choose-password': ChoosePassword;
  }
}
