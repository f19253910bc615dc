import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Role } from '../../server/people/roles.ts';
import type { ClinicAnswers, SetupFacts } from '../../server/setup/view.ts';
import '../account/password-field.ts';
import { rememberLogin } from '../account/known-logins.ts';
import { nameFields, readPerson, readRoles, roleFields } from '../account/person-form.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import { clinicFields, clockWarning, readClinic } from './clinic-fields.ts';

const steps = ['code', 'clinic', 'network', 'you', 'doctor', 'done'] as const;
type Step = (typeof steps)[number];

/** The first start, step by step. Fires `done` with whether a rehearsal was asked for. */
@customElement('setup-wizard')
export class SetupWizard extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    forms,
    css`
      .step {
        color: var(--ink-soft);
      }
      .code {
        font-size: 1.4rem !important;
        letter-spacing: 0.1em;
        text-transform: uppercase;
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.4rem 1.25rem;
        margin: 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .warning {
        padding: 0.7rem 1rem;
        border-left: 5px solid #c77700;
        border-radius: 8px;
        background: var(--warning-ground);
        color: var(--warning);
        font-weight: 600;
      }
      ol,
      ul {
        margin: 0;
        padding-left: 1.3rem;
      }
    `,
  ];

  /** A code that the page's address brought along. */
  @property() code = '';
  @state() private step: Step = 'code';
  @state() private problem = '';
  @state() private busy = false;
  @state() private roles: Role[] = ['technician', 'doctor'];
  @state() private typedCode = '';
  #facts: SetupFacts | null = null;
  #clinic: ClinicAnswers | null = null;
  /** The owner holds consultations: there is one doctor already. */
  #ownerIsDoctor = false;

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    const number = steps.indexOf(this.step) + 1;
    return html`<form class="card" @submit=${this.#submit} data-testid="setup" data-step=${this.step}>
      <div>
        <p class="step">${t('first.step', { number, of: steps.length })}</p>
        <h1>${t(`first.${this.step}.title`)}</h1>
        <p class="muted">${t(`first.${this.step}.hint`)}</p>
      </div>
      ${this.#content()}
      <error-banner .code=${this.problem} actionless></error-banner>
      ${this.step === 'done' ? this.#ending() : this.#going()}
    </form>`;
  }

  #going() {
    return html`<div class="buttons">
      ${
        this.step === 'clinic' || this.step === 'network' || this.step === 'you'
          ? html`<button type="button" @click=${this.#back}>${t('action.back')}</button>`
          : nothing
      }
      ${
        this.step === 'doctor'
          ? html`<button type="button" data-testid="setup-skip" @click=${() => this.#go('done')}>${t('first.skip')}</button>`
          : nothing
      }
      <button class="primary" type="submit" data-testid="setup-next" ?disabled=${this.busy}>
        ${this.busy ? t('first.busy') : t('first.next')}
      </button>
    </div>`;
  }

  #ending() {
    const end = (rehearse: boolean) => () =>
      this.dispatchEvent(new CustomEvent<boolean>('done', { detail: rehearse }));
    return html`<ol>
        ${[1, 2, 3].map((number) => html`<li>${t(`first.rehearsal.${number as 1 | 2 | 3}`)}</li>`)}
      </ol>
      <div class="buttons">
        <button type="button" data-testid="setup-people" @click=${end(false)}>${t('first.toPeople')}</button>
        ${
          this.#ownerIsDoctor
            ? html`<button class="primary" type="button" data-testid="setup-rehearse" @click=${end(true)}>
                ${t('first.rehearse')}
              </button>`
            : nothing
        }
      </div>`;
  }

  #content() {
    switch (this.step) {
      case 'code':
        return html`<div>
          <label for="setup-code">${t('first.codeLabel')}</label>
          <input
            id="setup-code"
            class="code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="40"
            required
            data-testid="setup-code"
            .value=${this.typedCode || this.code}
          />
        </div>`;
      case 'clinic':
        return html`${clockWarning(this.#facts?.now ?? '')} ${this.#facts === null ? nothing : clinicFields(this.#clinic ?? this.#facts.clinic)}`;
      case 'network':
        return this.#network();
      case 'you':
        return html`${roleFields(this.roles, () => this.#rolesChanged(), 'technician')}
          ${nameFields({}, this.roles.includes('doctor'))} ${this.#account()}`;
      case 'doctor':
        return html`${nameFields()} ${this.#account()}`;
      case 'done':
        return nothing;
    }
  }

  #account() {
    return html`<div>
        <label for="login">${t('signIn.login')}</label>
        <input
          id="login"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="40"
          required
          data-testid="person-login"
        />
        <p class="field-hint">${t('person.loginHint')}</p>
      </div>
      <password-field .label=${t(this.step === 'doctor' ? 'password.forOther' : 'password.own')}></password-field>`;
  }

  #network() {
    const network = this.#facts?.network;
    if (network === undefined) return nothing;
    if (network.address === null) return html`<p class="warning" role="alert">${t('first.noNetwork')}</p>`;
    return html`<dl>
        <dt>${t('first.address')}</dt>
        <dd data-testid="setup-address">${network.address}</dd>
        <dt>${t('first.interface')}</dt>
        <dd>${network.interface ?? ''}</dd>
        ${network.mac === null ? nothing : html`<dt>MAC</dt><dd>${network.mac}</dd>`}
      </dl>
      <ul>
        <li>${t('first.fixed')}</li>
        <li>${t('first.sameNetwork')}</li>
        <li>${t('first.noIsolation')}</li>
      </ul>`;
  }

  #rolesChanged(): void {
    this.roles = readRoles(this.renderRoot);
  }

  readonly #back = (): void => {
    if (this.step === 'clinic') this.#clinic = readClinic(this.renderRoot);
    const before = steps[steps.indexOf(this.step) - 1];
    if (before !== undefined) this.#go(before);
  };

  #go(step: Step): void {
    this.step = step;
    this.problem = '';
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('input:not([type=checkbox]), button.primary')?.focus(),
    );
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await this.#take();
    } catch (error) {
      this.problem = errorCode(error);
    } finally {
      this.busy = false;
    }
  }

  async #take(): Promise<void> {
    const root = this.renderRoot;
    switch (this.step) {
      case 'code':
        this.typedCode = typed(root, 'setup-code');
        this.#facts = await api.checkSetupCode(this.typedCode);
        this.#go('clinic');
        return;
      case 'clinic':
        this.#clinic = readClinic(root);
        this.#go('network');
        return;
      case 'network':
        this.#go('you');
        return;
      case 'you':
        await this.#makeOwner();
        this.#go(this.#ownerIsDoctor ? 'done' : 'doctor');
        return;
      case 'doctor':
        await api.addPerson({ ...readPerson(root), roles: ['doctor'], ...this.#credentials() });
        this.#go('done');
        return;
      case 'done':
        return;
    }
  }

  async #makeOwner(): Promise<void> {
    const person = { ...readPerson(this.renderRoot), roles: this.roles, ...this.#credentials() };
    if (this.#clinic === null) return;
    await api.setUp(this.typedCode, this.#clinic, person);
    this.#ownerIsDoctor = this.roles.includes('doctor');
    rememberLogin(person.login, person.name);
  }

  #credentials(): { login: string; password: string } {
    const root = this.renderRoot;
    return { login: typed(root, 'login'), password: root.querySelector('password-field')?.value ?? '' };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'setup-wizard': SetupWizard;
  }
}
