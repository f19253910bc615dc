import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import { forgetLogin, knownLogins, rememberLogin } from './known-logins.ts';
import './reset-form.ts';

/** Asks who it is; fires `signed-in`. */
@customElement('sign-in-form')
export class SignInForm extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    forms,
    css`
      .known {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .known span {
        display: flex;
      }
      .known button:first-child {
        border-radius: 10px 0 0 10px;
      }
      .known button:last-child {
        min-width: 44px;
        padding: 0;
        border-left: 0;
        border-radius: 0 10px 10px 0;
        font-weight: 400;
      }
      .known button[aria-pressed='true'] {
        border-color: var(--accent);
        background: var(--accent-ground);
        color: var(--accent-strong);
      }
    `,
  ];

  @state() private problem = '';
  @state() private busy = false;
  @state() private login = knownLogins()[0]?.login ?? '';
  /** The person has an authenticator app. */
  @state() private asksCode = false;
  @state() private resetting = false;
  @query('#password') private readonly password!: HTMLInputElement | null;

  constructor() {
    super();
    new Localized(this);
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLInputElement>(this.login === '' ? '#login' : '#password')?.focus();
  }

  override render() {
    if (this.resetting) {
      return html`<reset-form
        .login=${this.login}
        @done=${() => {
          this.resetting = false;
          this.problem = '';
        }}
      ></reset-form>`;
    }
    return html`<form class="card narrow" @submit=${this.#submit}>
      <h1>${t('signIn.title')}</h1>
      ${this.#known()}
      <div>
        <label for="login">${t('signIn.login')}</label>
        <input
          id="login"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="80"
          required
          data-testid="login-input"
          .value=${this.login}
          @input=${(event: Event) => {
            this.login = (event.target as HTMLInputElement).value;
          }}
        />
      </div>
      <div>
        <label for="password">${t('signIn.password')}</label>
        <input
          id="password"
          type="password"
          autocomplete="current-password"
          required
          data-testid="password-input"
        />
      </div>
      ${
        this.asksCode
          ? html`<div>
              <label for="code">${t('signIn.code')}</label>
              <input id="code" autocomplete=${'one-time-code' as 'on'} required data-testid="totp-input" />
              <p class="field-hint">${t('signIn.codeHint')}</p>
            </div>`
          : nothing
      }
      <error-banner .code=${this.problem} actionless></error-banner>
      <button class="primary" type="submit" data-testid="sign-in-submit" ?disabled=${this.busy}>
        ${this.busy ? t('signIn.busy') : t('signIn.submit')}
      </button>
      <button
        class="quiet"
        type="button"
        data-testid="forgot"
        @click=${() => {
          this.resetting = true;
        }}
      >
        ${t('signIn.forgot')}
      </button>
    </form>`;
  }

  #known() {
    const known = knownLogins();
    if (known.length === 0) return nothing;
    return html`<div class="known" role="group" aria-label=${t('signIn.known')}>
      ${known.map(
        ({ login, name }) =>
          html`<span
            ><button
              type="button"
              aria-pressed=${this.login === login ? 'true' : 'false'}
              @click=${() => this.#choose(login)}
            >
              ${name}</button
            ><button type="button" aria-label=${t('signIn.forget', { name })} @click=${() => this.#forget(login)}>
              ×
            </button></span
          >`,
      )}
    </div>`;
  }

  #choose(login: string): void {
    this.login = login;
    this.asksCode = false;
    this.password?.focus();
  }

  #forget(login: string): void {
    forgetLogin(login);
    if (this.login === login) this.login = '';
    this.requestUpdate();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    const code = this.asksCode ? typed(this.renderRoot, 'code') : null;
    try {
      await api.signIn(this.login.trim(), this.password?.value ?? '', code);
      // Where cookies are blocked the right password changes nothing, and nothing would say so.
      const session = await api.session();
      if (session === null) {
        this.problem = 'cookies_blocked';
        return;
      }
      rememberLogin(session.person.login, session.person.name);
      this.dispatchEvent(new CustomEvent('signed-in'));
    } catch (error) {
      this.problem = errorCode(error);
      if (this.problem === 'totp_required') await this.#askCode();
      else if (this.problem !== 'wrong_totp') this.password?.select();
    } finally {
      this.busy = false;
    }
  }

  async #askCode(): Promise<void> {
    this.asksCode = true;
    this.problem = '';
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('#code')?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sign-in-form': SignInForm;
  }
}
