import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PersonView, SessionView } from '../../server/people/view.ts';
import '../account/choose-password.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { currentLanguage, Localized, t } from '../shared/i18n.ts';
import { qrPicture } from '../shared/qr-picture.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

/** One's own account: password, authenticator app, where one is signed in. Fires `changed`. */
@customElement('account-view')
export class AccountView extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    forms,
    css`
      :host {
        display: grid;
        gap: 1.25rem;
      }
      section {
        display: grid;
        gap: 0.75rem;
        justify-items: start;
        padding: 1.25rem;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--surface);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        width: 100%;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.3rem 1rem;
        padding: 0.4rem 0;
        border-top: 1px solid var(--line);
      }
      .codes {
        columns: 2;
        font-family: ui-monospace, monospace;
        font-size: 1.1rem;
      }
      .qr svg {
        display: block;
        width: 200px;
        height: 200px;
      }
      code {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) person: PersonView | null = null;
  @state() private sessions: SessionView[] = [];
  @state() private changing = false;
  @state() private proposed: { secret: string; uri: string } | null = null;
  @state() private recoveryCodes: string[] = [];
  @state() private problem = '';

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#run(async () => undefined);
  }

  override render() {
    const { person } = this;
    if (person === null) return nothing;
    if (this.changing) {
      return html`<choose-password
        @done=${() => {
          this.changing = false;
          void this.#run(async () => undefined);
        }}
      ></choose-password>`;
    }
    return html`<h1>${person.name}</h1>
      <error-banner .code=${this.problem} actionless></error-banner>
      <section>
        <h2>${t('password.title')}</h2>
        <button
          data-testid="change-password"
          @click=${() => {
            this.changing = true;
          }}
        >
          ${t('password.change')}
        </button>
      </section>
      <section>
        <h2>${t('totp.title')}</h2>
        ${person.hasTotp ? this.#withTotp() : this.#withoutTotp()}
      </section>
      <section>
        <h2>${t('sessions.title')}</h2>
        <ul>
          ${this.sessions.map((session) => this.#session(session))}
        </ul>
      </section>`;
  }

  #withoutTotp() {
    if (this.proposed === null) {
      return html`<p>${t('totp.hint')}</p>
        <button data-testid="totp-begin" @click=${this.#propose}>${t('totp.begin')}</button>`;
    }
    return html`<p>${t('totp.scan')}</p>
      <div class="qr">${qrPicture(this.proposed.uri, t('totp.scan'))}</div>
      <p class="muted">${t('totp.type')} <code data-testid="totp-secret">${this.proposed.secret}</code></p>
      <form class="buttons" @submit=${this.#confirm}>
        <div>
          <label for="totp">${t('signIn.code')}</label>
          <input id="totp" autocomplete=${'one-time-code' as 'on'} inputmode="numeric" required data-testid="totp-code" />
        </div>
        <button class="primary" type="submit">${t('totp.confirm')}</button>
      </form>`;
  }

  #withTotp() {
    return html`<p>${t('totp.on')}</p>
      ${
        this.recoveryCodes.length === 0
          ? nothing
          : html`<p><strong>${t('totp.recovery')}</strong></p>
              <div class="codes" data-testid="recovery-codes">
                ${this.recoveryCodes.map((code) => html`<div>${code}</div>`)}
              </div>`
      }
      <form class="buttons" @submit=${this.#remove}>
        <div>
          <label for="totp-password">${t('password.current')}</label>
          <input id="totp-password" type="password" autocomplete="current-password" required />
        </div>
        <button class="danger-quiet" type="submit">${t('totp.remove')}</button>
      </form>`;
  }

  #session({ id, current, program, address, lastSeenAt }: SessionView) {
    const when = new Date(lastSeenAt).toLocaleString(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', {
      hour12: false,
    });
    return html`<li>
      <span>
        <strong>${program ?? (current ? t('sessions.current') : t('sessions.browser'))}</strong>
        <span class="muted">${address ?? ''} · ${when}</span>
      </span>
      ${
        current
          ? nothing
          : html`<button @click=${() => this.#run(() => api.endSession(id))}>${t('sessions.end')}</button>`
      }
    </li>`;
  }

  readonly #propose = (): Promise<void> =>
    this.#run(async () => {
      this.proposed = await api.proposeTotp();
    });

  readonly #confirm = (event: Event): Promise<void> => {
    event.preventDefault();
    return this.#run(async () => {
      if (this.proposed === null) return;
      this.recoveryCodes = await api.confirmTotp(this.proposed.secret, typed(this.renderRoot, 'totp'));
      this.proposed = null;
      this.dispatchEvent(new CustomEvent('changed'));
    });
  };

  readonly #remove = (event: Event): Promise<void> => {
    event.preventDefault();
    return this.#run(async () => {
      await api.removeTotp(typed(this.renderRoot, 'totp-password'));
      this.recoveryCodes = [];
      this.dispatchEvent(new CustomEvent('changed'));
    });
  };

  async #run(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.sessions = await api.sessions();
      this.problem = '';
    } catch (error) {
      this.problem = errorCode(error);
      if (this.problem === 'access_required') this.dispatchEvent(new CustomEvent('changed'));
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'account-view': AccountView;
  }
}
