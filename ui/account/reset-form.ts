import { html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import './password-field.ts';

/** A new password: by a technician, or by the code on the box's own screen. Fires `done`. */
@customElement('reset-form')
export class ResetForm extends LitElement {
  static override styles = [shared, buttons, fields, forms];

  @property() login = '';
  @state() private asked = false;
  @state() private busy = false;
  @state() private problem = '';

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    return html`<form class="card narrow" @submit=${this.#submit}>
      <h1>${t('reset.title')}</h1>
      <p>${t('reset.technician')}</p>
      <p>${this.asked ? t('reset.asked') : t('reset.box')}</p>
      ${this.asked ? this.#fields() : ''}
      <error-banner .code=${this.problem} actionless></error-banner>
      <div class="buttons">
        <button type="button" @click=${this.#done}>${t('action.back')}</button>
        <button class="primary" type="submit" data-testid="reset-submit" ?disabled=${this.busy}>
          ${this.asked ? t('reset.submit') : t('reset.begin')}
        </button>
      </div>
    </form>`;
  }

  #fields() {
    return html`<div>
        <label for="code">${t('reset.code')}</label>
        <input id="code" autocomplete="off" autocapitalize="characters" maxlength="40" required data-testid="reset-code" />
      </div>
      <div>
        <label for="login">${t('signIn.login')}</label>
        <input id="login" autocomplete="username" maxlength="80" required .value=${this.login} />
      </div>
      <password-field id="fresh" .label=${t('password.new')}></password-field>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    const root = this.renderRoot;
    try {
      if (!this.asked) {
        await api.beginReset();
        this.asked = true;
        return;
      }
      const fresh = root.querySelector('password-field')?.value ?? '';
      await api.reset(typed(root, 'code'), typed(root, 'login'), fresh);
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
    'reset-form': ResetForm;
  }
}
