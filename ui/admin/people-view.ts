import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Role } from '../../server/people/roles.ts';
import type { PersonView } from '../../server/people/view.ts';
import '../account/password-field.ts';
import { nameFields, readPerson, readRoles, roleFields } from '../account/person-form.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms, typed } from '../shared/forms.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

type Mode = { kind: 'list' } | { kind: 'new' } | { kind: 'edit' | 'password'; person: PersonView };

/** Who works with the box: add, change, give a new password. Fires `access-required`. */
@customElement('people-view')
export class PeopleView extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    forms,
    css`
      ul {
        display: grid;
        gap: 0.6rem;
        margin: 1rem 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1rem;
        padding: 0.8rem 1rem;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--surface);
      }
      li > div:first-child {
        flex: 1 1 14rem;
        overflow-wrap: anywhere;
      }
      li strong {
        font-size: 1.1rem;
      }
      li.gone {
        opacity: 0.75;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.6rem;
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        font-weight: 600;
      }
    `,
  ];

  /** Whose page it is. */
  @property() own = '';
  @state() private people: PersonView[] = [];
  @state() private mode: Mode = { kind: 'list' };
  @state() private roles: Role[] = [];
  @state() private problem = '';
  @state() private busy = false;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#run(async () => undefined);
  }

  override render() {
    return this.mode.kind === 'list' ? this.#list() : this.#form(this.mode);
  }

  #list() {
    return html`<div class="head">
        <h1>${t('people.title')}</h1>
        <button class="primary" data-testid="person-add" @click=${() => this.#open({ kind: 'new' })}>
          ${t('people.add')}
        </button>
      </div>
      <error-banner .code=${this.problem} @problem-action=${() => this.#dismiss()}></error-banner>
      <ul data-testid="people">
        ${this.people.map((person) => this.#row(person))}
      </ul>`;
  }

  #row(person: PersonView) {
    const facts = [person.title, person.department, person.licence].filter((each) => each !== null);
    return html`<li class=${person.active ? '' : 'gone'}>
      <div>
        <strong>${person.name}</strong> <span class="muted">${person.login}</span><br />
        ${person.roles.map((role) => t(`role.${role}`)).join(' · ')}
        ${facts.length === 0 ? nothing : html`<br /><span class="muted">${facts.join(' · ')}</span>`}
        ${person.active ? nothing : html`<br /><b>${t('people.inactive')}</b>`}
        ${person.hasTotp ? html`<br /><span class="muted">${t('people.totp')}</span>` : nothing}
      </div>
      <div class="buttons">
        <button @click=${() => this.#open({ kind: 'edit', person })}>${t('people.edit')}</button>
        <button @click=${() => this.#open({ kind: 'password', person })}>${t('people.password')}</button>
        ${
          person.id === this.own
            ? nothing
            : html`<button @click=${() => this.#run(() => api.changePerson(person.id, { active: !person.active }))}>
                ${person.active ? t('people.deactivate') : t('people.activate')}
              </button>`
        }
      </div>
    </li>`;
  }

  #form(mode: Exclude<Mode, { kind: 'list' }>) {
    const title =
      mode.kind === 'new'
        ? t('people.add')
        : t(mode.kind === 'edit' ? 'people.editTitle' : 'people.passwordTitle', { name: mode.person.name });
    return html`<form class="card" @submit=${this.#submit}>
      <h1>${title}</h1>
      ${
        mode.kind === 'password'
          ? nothing
          : html`${roleFields(this.roles, () => {
              this.roles = readRoles(this.renderRoot);
            })}
            ${nameFields(mode.kind === 'edit' ? mode.person : {}, this.roles.includes('doctor'))}`
      }
      ${
        mode.kind === 'new'
          ? html`<div>
              <label for="login">${t('signIn.login')}</label>
              <input id="login" autocomplete="off" autocapitalize="none" maxlength="40" required data-testid="person-login" />
              <p class="field-hint">${t('person.loginHint')}</p>
            </div>`
          : nothing
      }
      ${mode.kind === 'edit' ? nothing : html`<password-field .label=${t('password.forOther')}></password-field>`}
      <error-banner .code=${this.problem} actionless></error-banner>
      <div class="buttons">
        <button type="button" @click=${() => this.#open({ kind: 'list' })}>${t('action.back')}</button>
        <button class="primary" type="submit" data-testid="person-save" ?disabled=${this.busy}>${t('people.save')}</button>
      </div>
    </form>`;
  }

  #open(mode: Mode): void {
    this.mode = mode;
    this.problem = '';
    this.roles = mode.kind === 'edit' ? mode.person.roles : ['doctor'];
  }

  #dismiss(): void {
    this.problem = '';
  }

  #submit(event: Event): void {
    event.preventDefault();
    const { mode } = this;
    const root = this.renderRoot;
    const password = root.querySelector('password-field')?.value ?? '';
    void this.#run(() => {
      if (mode.kind === 'new')
        return api.addPerson({ ...readPerson(root), login: typed(root, 'login'), password });
      if (mode.kind === 'edit') return api.changePerson(mode.person.id, readPerson(root));
      return mode.kind === 'password' ? api.resetPassword(mode.person.id, password) : Promise.resolve();
    });
  }

  async #run(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
      this.people = await api.people();
      this.#open({ kind: 'list' });
    } catch (error) {
      this.problem = errorCode(error);
      if (this.problem === 'access_required') this.dispatchEvent(new CustomEvent('access-required'));
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'people-view': PeopleView;
  }
}
