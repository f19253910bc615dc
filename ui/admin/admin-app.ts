import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { PersonView } from '../../server/people/view.ts';
import '../account/choose-password.ts';
import '../account/sign-in-form.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, pageTitle, t } from '../shared/i18n.ts';
import '../shared/language-switch.ts';
import { pageHeader } from '../shared/page-header.ts';
import { buttons, shared } from '../shared/theme.ts';
import './account-view.ts';
import './audit-view.ts';
import './miniapp-view.ts';
import './people-view.ts';

type Tab = 'people' | 'miniapp' | 'audit' | 'account';

/** The technician's page, and everybody's own account. */
@customElement('admin-app')
export class AdminApp extends LitElement {
  static override styles = [
    shared,
    buttons,
    pageHeader,
    css`
      nav {
        display: flex;
        overflow-x: auto;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }
      nav a {
        display: flex;
        align-items: center;
        min-height: 48px;
        padding: 0 1.1rem;
        border-bottom: 3px solid transparent;
        color: var(--ink-soft);
        font-weight: 600;
        text-decoration: none;
        white-space: nowrap;
      }
      nav a[aria-current='page'] {
        border-bottom-color: var(--accent);
        color: var(--accent-strong);
      }
      main {
        width: min(66rem, 100%);
        margin: 0 auto;
        padding: 1.25rem 1rem;
      }
    `,
  ];

  @state() private person: PersonView | null = null;
  @state() private screen: 'loading' | 'sign-in' | 'password' | 'pages' | 'problem' = 'loading';
  @state() private tab: Tab = 'account';
  @state() private problem = '';

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#followHash);
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#followHash);
  }

  override render() {
    return html`<header>
        <strong data-testid="page-title">${pageTitle()}</strong>
        ${
          this.person === null
            ? nothing
            : html`${
                this.person.roles.includes('doctor') ? html`<a href="/">${t('app.toDoctor')}</a>` : nothing
              }<button class="quiet" data-testid="sign-out" @click=${this.#signOut}>${t('app.leave')}</button>`
        }
        <language-switch></language-switch>
      </header>
      ${this.screen === 'pages' ? this.#tabs() : nothing}
      <main>${this.#content()}</main>`;
  }

  #tabs() {
    return html`<nav>
      ${this.#allowed().map(
        (tab) =>
          html`<a href=${`#${tab}`} data-testid=${`tab-${tab}`} aria-current=${this.tab === tab ? 'page' : 'false'}>
            ${t(`admin.${tab}`)}
          </a>`,
      )}
      ${
        this.person?.roles.includes('technician') === true
          ? html`<a href="/admin/https" data-testid="tab-https">${t('admin.https')}</a>`
          : nothing
      }
    </nav>`;
  }

  #content() {
    switch (this.screen) {
      case 'loading':
        return html`<p role="status">${t('app.loading')}</p>`;
      case 'problem':
        return html`<error-banner .code=${this.problem} @problem-action=${this.#open}></error-banner>`;
      case 'sign-in':
        return html`<sign-in-form @signed-in=${this.#open}></sign-in-form>`;
      case 'password':
        return html`<choose-password first @done=${this.#open}></choose-password>`;
      case 'pages':
        return this.#page();
    }
  }

  #page() {
    const { person, tab } = this;
    if (person === null) return nothing;
    if (tab === 'people') {
      return html`<people-view .own=${person.id} @access-required=${this.#open}></people-view>`;
    }
    if (tab === 'miniapp') return html`<miniapp-view @access-required=${this.#open}></miniapp-view>`;
    if (tab === 'audit') return html`<audit-view @access-required=${this.#open}></audit-view>`;
    return html`<account-view .person=${person} @changed=${this.#open}></account-view>`;
  }

  #allowed(): Tab[] {
    return this.person?.roles.includes('technician') === true
      ? ['people', 'miniapp', 'audit', 'account']
      : ['account'];
  }

  readonly #followHash = (): void => {
    const allowed = this.#allowed();
    this.tab = allowed.find((each) => `#${each}` === location.hash) ?? allowed[0] ?? 'account';
  };

  readonly #open = async (): Promise<void> => {
    try {
      if (await api.setupNeeded()) {
        location.replace('/');
        return;
      }
      const session = await api.session();
      this.person = session?.person ?? null;
      if (session === null) this.screen = 'sign-in';
      else if (session.person.mustChangePassword) this.screen = 'password';
      else this.screen = 'pages';
      this.#followHash();
    } catch (error) {
      this.problem = errorCode(error);
      this.screen = 'problem';
    }
  };

  readonly #signOut = async (): Promise<void> => {
    try {
      await api.signOut();
    } catch (error) {
      console.warn('not signed out', error);
    }
    await this.#open();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-app': AdminApp;
  }
}
