import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ConsultationView } from '../../server/consultations/view.ts';
import { takeCode } from '../shared/access-fragment.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, pageTitle, t } from '../shared/i18n.ts';
import '../shared/language-switch.ts';
import { recall, remember } from '../shared/storage.ts';
import { buttons, shared } from '../shared/theme.ts';
import './access-form.ts';
import type { EndedDetail } from './consultation-view.ts';
import './consultation-view.ts';
import type { StartDetail } from './device-setup.ts';
import './device-setup.ts';
import './ended-summary.ts';
import { LocalMedia } from './local-media.ts';
import './running-list.ts';

type Screen = 'loading' | 'unreachable' | 'access' | 'setup' | 'consultation' | 'ended';

/** How long until an unreachable server is asked again, ms. */
const retryInterval = 3000;

/** The doctor's page: which of its screens is shown, and what goes from one to the next. */
@customElement('consultbox-app')
export class ConsultboxApp extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        height: 100vh;
        height: 100dvh;
      }
      header {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 52px;
        padding: 0 1rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }
      header > * {
        flex: none;
        white-space: nowrap;
      }
      header strong {
        flex: 1 1 0;
        overflow: hidden;
        text-overflow: ellipsis;
        font-size: 1.1rem;
      }
      header button {
        min-height: 44px;
      }
      main {
        min-height: 0;
        padding: 1rem;
        overflow: auto;
      }
      main.consultation {
        padding: 0.75rem;
        overflow: hidden;
      }
      .loading {
        margin-top: 20vh;
        text-align: center;
        font-size: 1.25rem;
      }
      .unreachable {
        width: min(44rem, 100%);
        margin: 15vh auto 0;
      }
      @media (max-width: 760px) {
        header {
          gap: 0;
          padding-right: 0;
        }
        header button {
          padding-inline: 0.5rem;
        }
        main.consultation {
          padding: 0;
        }
      }
    `,
  ];

  @state() private screen: Screen = 'loading';
  /** This browser's consultation, when one runs. */
  @state() private running: ConsultationView | null = null;
  /** What else runs at this box. */
  @state() private others: ConsultationView[] = [];
  @state() private ended: EndedDetail | null = null;
  @state() private starting = false;
  /** An access code that the page's address brought along. */
  @state() private offeredCode = '';
  @state() private problem = '';
  readonly #media = new LocalMedia();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A link with a code that is followed in an open page changes what stands behind # and loads nothing.
    window.addEventListener('hashchange', this.#takeCode);
    this.#takeCode();
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#takeCode);
    clearTimeout(this.#retry);
    this.#media.close();
  }

  override render() {
    return html`<header>
        <strong data-testid="page-title">${pageTitle()}</strong>
        ${
          this.screen === 'setup' || this.screen === 'ended'
            ? html`<button class="quiet" data-testid="sign-out" @click=${this.#signOut}>${t('app.leave')}</button>`
            : nothing
        }
        <language-switch></language-switch>
      </header>
      <main class=${this.screen}>${this.#content()}</main>`;
  }

  #content() {
    switch (this.screen) {
      case 'loading':
        return html`<p class="loading" role="status">${t('app.loading')}</p>`;
      case 'unreachable':
        return html`<div class="unreachable">
          <error-banner .code=${this.problem} @problem-action=${() => this.#open()}></error-banner>
        </div>`;
      case 'access':
        return html`<access-form .code=${this.offeredCode} @signed-in=${this.#signedIn}></access-form>`;
      case 'setup':
        return html`<device-setup
          .media=${this.#media}
          .resuming=${this.running !== null}
          .starting=${this.starting}
          .problem=${this.problem}
          @start=${this.#start}
        >
          ${
            this.running === null
              ? html`<running-list .consultations=${this.others} @take-over=${this.#takeOver}></running-list>`
              : nothing
          }
        </device-setup>`;
      case 'consultation':
        return html`<consultation-view
          .initial=${this.running}
          .media=${this.#media}
          @ended=${this.#consultationEnded}
          @access-required=${() => this.#show('access')}
          @leave=${this.#newConsultation}
        ></consultation-view>`;
      case 'ended':
        return html`<ended-summary
          .consultation=${this.ended?.consultation ?? null}
          .elsewhere=${this.ended?.elsewhere ?? false}
          @new-consultation=${this.#newConsultation}
        ></ended-summary>`;
    }
  }

  readonly #takeCode = (): void => {
    this.offeredCode = takeCode() ?? this.offeredCode;
  };

  /** A code is good for one sign-in: whoever leaves must not be let in again by it. */
  #signedIn(): void {
    this.offeredCode = '';
    void this.#open();
  }

  /** Finds out where this page stands: signed in or not, a consultation running or not. */
  async #open(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      if (!(await api.signedIn())) {
        this.#show('access');
        return;
      }
      this.offeredCode = '';
      // This browser's own: another room's doctor must not be cut off by a page that is opened here.
      const own = recall('consultation');
      const running = (await api.consultations()).filter(({ state }) => state !== 'ended');
      this.running = running.find(({ id }) => id === own) ?? null;
      this.others = running.filter(({ id }) => id !== own);
      this.problem = '';
      // After a mere sign-in in mid-consultation, camera and microphone are still open.
      this.#show(this.running !== null && this.#media.stream !== null ? 'consultation' : 'setup');
    } catch (error) {
      this.problem = errorCode(error);
      if (this.problem === 'access_required') {
        this.#show('access');
        return;
      }
      this.#show('unreachable');
      this.#retry = setTimeout(() => void this.#open(), retryInterval);
    }
  }

  async #start(event: CustomEvent<StartDetail>): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    this.problem = '';
    try {
      this.running ??= await api.create(event.detail.patientLabel, event.detail.doctor);
      remember('consultation', this.running.id);
      this.#show('consultation');
    } catch (error) {
      this.problem = errorCode(error);
      if (this.problem === 'access_required') this.#show('access');
    } finally {
      this.starting = false;
    }
  }

  /** Begun on another computer: this one goes on with it. */
  async #takeOver(event: CustomEvent<ConsultationView>): Promise<void> {
    remember('consultation', event.detail.id);
    await this.#open();
  }

  #consultationEnded(event: CustomEvent<EndedDetail>): void {
    this.#forget();
    this.ended = event.detail;
    this.#show('ended');
  }

  /** What runs meanwhile is asked anew; the camera opens there again. */
  #newConsultation(): void {
    this.#forget();
    void this.#open();
  }

  /** The camera's light goes out: the doctor is alone again. */
  #forget(): void {
    this.#media.reset();
    this.running = null;
    this.ended = null;
    this.problem = '';
    remember('consultation', null);
  }

  async #signOut(): Promise<void> {
    try {
      await api.signOut();
    } catch (error) {
      console.warn('not signed out', error);
    }
    this.#forget();
    this.#show('access');
  }

  #show(screen: Screen): void {
    this.screen = screen;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'consultbox-app': ConsultboxApp;
  }
}
