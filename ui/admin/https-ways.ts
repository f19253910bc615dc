import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { CertificateProblem } from '../../server/tls/certificate-problems.ts';
import type { CertificateView, HttpsView } from '../../server/tls/https-ways.ts';
import { errorCode, serverNow } from '../shared/api.ts';
import { currentLanguage, Localized } from '../shared/i18n.ts';
import '../shared/language-switch.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import { httpsApi, readFiles } from './https-api.ts';
import { say } from './https-messages.ts';

/** ms */
const endIsNear = 30 * 86_400_000;
/** How often an order under way is looked at, ms. */
const orderInterval = 2000;

/** The technician's page about HTTPS: which certificate is shown, and the five ways to a better one. */
@customElement('https-ways')
export class HttpsWaysPage extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      :host {
        display: block;
        width: min(56rem, 100%);
        margin: 0 auto;
        padding: 1rem 1rem 3rem;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
      }
      language-switch {
        flex: none;
        white-space: nowrap;
      }
      section {
        display: grid;
        gap: 0.75rem;
        margin-top: 1rem;
        padding: 1rem 1.25rem 1.25rem;
        border: 1px solid var(--line);
        border-radius: 14px;
        background: var(--surface);
      }
      .now {
        border: 2px solid var(--accent);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0.3rem 1rem;
        margin: 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .fingerprint,
      textarea {
        font-family: ui-monospace, Consolas, Menlo, monospace;
        font-size: 0.85rem;
      }
      textarea {
        width: 100%;
        height: 9rem;
        padding: 0.5rem;
        border: 1px solid var(--line-strong);
        border-radius: 10px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem;
      }
      .row a {
        padding: 0.5rem 0;
      }
      a {
        color: var(--accent-strong);
      }
      h3 {
        margin: 0.5rem 0 0;
        font-size: 1.05rem;
      }
      ul {
        margin: 0.3rem 0 0;
        padding-left: 1.3rem;
      }
      .good,
      .bad,
      .note {
        padding: 0.7rem 1rem;
        border-radius: 8px;
        overflow-wrap: anywhere;
      }
      .good {
        background: var(--good-ground);
        color: var(--good);
      }
      .bad {
        border-left: 5px solid var(--danger);
        background: var(--danger-ground);
      }
      .note {
        background: var(--warning-ground);
        color: var(--warning);
      }
      @media (max-width: 600px) {
        dl {
          grid-template-columns: 1fr;
          gap: 0;
        }
        dd {
          margin-bottom: 0.5rem;
        }
      }
    `,
  ];

  @state() private view: HttpsView | null = null;
  /** The code of what failed; empty: nothing. */
  @state() private failure = '';
  @state() private working = false;
  /** How the last import or its check went. */
  @state() private outcome: { text: string; good: boolean; problems: CertificateProblem[] } | null = null;
  @query('#files') private files!: HTMLInputElement;
  @query('#password') private password!: HTMLInputElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render() {
    return html`<header>
        <h1>${say('title')}</h1>
        <language-switch></language-switch>
      </header>
      <p class="muted">${say('lead')}</p>
      ${this.#failed()} ${this.view === null ? nothing : this.#ways(this.view)}
      ${this.view === null && this.failure === '' ? html`<p role="status">${say('loading')}</p>` : nothing}`;
  }

  #failed() {
    if (this.failure === '') return nothing;
    if (this.failure === 'access_required') {
      return html`<p class="note" role="alert">${say('signIn')} <a href="/">${say('toSignIn')}</a></p>`;
    }
    return html`<p class="bad" role="alert">
      ${say('failed', { code: this.failure })}
      <button @click=${this.#load}>${say('retry')}</button>
    </p>`;
  }

  #ways(view: HttpsView) {
    return html`<section class="now" data-testid="https-now" data-way=${view.way}>
        <h2>${say('now')}</h2>
        <strong>${say(`way.${view.way}`)}</strong>
        ${
          view.way === 'hospital' && Date.parse(view.shown.validUntil) - serverNow() < endIsNear
            ? html`<p class="note">${say('endsSoon', { date: day(view.shown.validUntil) })}</p>`
            : nothing
        }
        ${this.#certificate(view.shown)}
      </section>
      <section>
        <h2>${say('public')}</h2>
        <p>${say('publicLead')}</p>
        ${this.#public(view)}
      </section>
      <section>
        <h2>${say('hospital')}</h2>
        <p>${say('hospitalLead')}</p>
        ${this.#hospital(view)}
      </section>
      <section>
        <h2>${say('managed')}</h2>
        <p>${say('managedLead')}</p>
        <div class="row">
          ${(['windows', 'linux', 'macos'] as const).map(
            (kind) => html`<a href="/api/https/policies/${kind}" download>${say(kind)}</a>`,
          )}
        </div>
      </section>
      <section>
        <h2>${say('once')}</h2>
        <p>${say('onceLead')}</p>
        <div class="row"><a href=${view.leadUrl} target="_blank" rel="noreferrer">${say('onceLink')}</a></div>
      </section>
      <section>
        <h2>${say('own')}</h2>
        <p>${say('ownLead')}</p>
        <dl>
          <dt>${say('fingerprint')}</dt>
          <dd class="fingerprint">${view.rootFingerprint}</dd>
        </dl>
        <div class="row">
          <a href=${`${view.leadUrl}trust`} target="_blank" rel="noreferrer">${say('ownLink')}</a>
        </div>
      </section>`;
  }

  #certificate({ issuer, names, validUntil, fingerprint }: CertificateView) {
    return html`<dl>
      <dt>${say('issuer')}</dt>
      <dd>${issuer}</dd>
      <dt>${say('names')}</dt>
      <dd>${names.join(', ')}</dd>
      <dt>${say('validUntil')}</dt>
      <dd>${day(validUntil)}</dd>
      <dt>${say('fingerprint')}</dt>
      <dd class="fingerprint">${fingerprint}</dd>
    </dl>`;
  }

  #public({ publicName: { name, validUntil, ordering, failure } }: HttpsView) {
    if (name === '') return html`<p class="note">${say('publicNone')}</p>`;
    return html`${
      validUntil === null
        ? nothing
        : html`<p class="good">${say('publicGood', { name, date: day(validUntil) })}</p>`
    }
      ${ordering ? html`<p role="status">${say('publicOrdering', { name })}</p>` : nothing}
      ${
        failure === null || ordering
          ? nothing
          : html`<p class="bad">${say('publicFailed', { name })}<br /><span lang="en">${failure}</span></p>`
      }
      <div class="row">
        <button ?disabled=${ordering || this.working} @click=${this.#order}>${say('publicOrder')}</button>
      </div>`;
  }

  #hospital({ hospital: { request, certificate } }: HttpsView) {
    return html`${
      request === null
        ? nothing
        : html`<p>${say('requestMade')}</p>
              <textarea readonly data-testid="https-request" aria-label="CSR" .value=${request}></textarea>`
    }
      <div class="row">
        <button ?disabled=${this.working} data-testid="https-make-request" @click=${this.#makeRequest}>
          ${say(request === null ? 'request' : 'requestAgain')}
        </button>
        ${
          request === null
            ? nothing
            : html`<a
                  download="consultbox.csr"
                  href=${`data:application/pkcs10;base64,${btoa(request)}`}
                  >${say('download')}</a
                >
                <span class="muted">${say('requestAgainHint')}</span>`
        }
      </div>
      <h3>${say('import')}</h3>
      ${
        certificate === null
          ? nothing
          : html`<p class="good">
                ${say('imported', { issuer: certificate.issuer, date: day(certificate.validUntil) })}
              </p>
              <div class="row">
                <button
                  class="danger-quiet"
                  ?disabled=${this.working}
                  data-testid="https-take-back"
                  @click=${this.#takeBack}
                >
                  ${say('takeBack')}
                </button>
              </div>`
      }
      <div>
        <label for="files">${say('importHint')}</label>
        <input id="files" type="file" multiple accept=".pem,.crt,.cer,.key,.pfx,.p12" data-testid="https-files" />
      </div>
      <div>
        <label for="password">${say('password')}</label>
        <input id="password" type="password" autocomplete="off" maxlength="128" />
      </div>
      <div class="row">
        <button class="primary" ?disabled=${this.working} data-testid="https-use" @click=${() => this.#import(true)}>
          ${this.working ? say('working') : say('use')}
        </button>
        <button ?disabled=${this.working} data-testid="https-check" @click=${() => this.#import(false)}>
          ${say('check')}
        </button>
      </div>
      ${this.#outcome()}`;
  }

  #outcome() {
    if (this.outcome === null) return nothing;
    const { text, good, problems } = this.outcome;
    const language = currentLanguage();
    return html`<div class=${good ? 'good' : 'bad'} role="alert" data-testid="https-outcome">
      ${text}
      ${good && problems.length > 0 ? html`<br />${say('warned')}` : nothing}
      ${
        problems.length === 0
          ? nothing
          : html`<ul>
              ${problems.map((each) => html`<li data-code=${each.code}>${each[language]}</li>`)}
            </ul>`
      }
    </div>`;
  }

  readonly #load = (): Promise<void> => this.#work(async () => this.#show(await httpsApi.view()));

  readonly #order = (): Promise<void> => this.#work(async () => this.#show(await httpsApi.orderPublicName()));

  readonly #makeRequest = (): Promise<void> =>
    this.#work(async () => {
      await httpsApi.makeRequest();
      this.#show(await httpsApi.view());
    });

  readonly #takeBack = (): Promise<void> =>
    this.#work(async () => {
      this.#show(await httpsApi.takeBack());
      this.outcome = { text: say('takenBack'), good: true, problems: [] };
    });

  #import(use: boolean): Promise<void> {
    return this.#work(async () => {
      const brought = await readFiles(this.files.files ?? [], this.password.value);
      const { used, problems } = await httpsApi.import(brought, use);
      const good = problems.every(({ level }) => level === 'warning');
      // Both at once: what is said fits what is shown.
      this.#show(await httpsApi.view());
      this.outcome = { text: say(used ? 'used' : good ? 'checked' : 'refused'), good, problems };
    });
  }

  #show(view: HttpsView): void {
    this.view = view;
    clearTimeout(this.#timer);
    if (view.publicName.ordering) this.#timer = setTimeout(() => void this.#load(), orderInterval);
  }

  /** One thing at a time; what fails is said. */
  async #work(work: () => Promise<void>): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      await work();
      this.failure = '';
    } catch (error) {
      this.failure = errorCode(error);
    } finally {
      this.working = false;
    }
  }
}

/** `2027-02-03` */
function day(time: string): string {
  return time.slice(0, 10);
}

declare global {
  interface HTMLElementTagNameMap {
    'https-ways': HttpsWaysPage;
  }
}
