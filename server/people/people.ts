/** Who works with the box: making, changing, resetting. */
import { randomInt } from 'node:crypto';
import type { Actor, AuditLog } from '../audit/log.ts';
import { Refusal } from '../errors.ts';
import { hashPassword, weaknessOf } from './password.ts';
import type { Role } from './roles.ts';
import type { Sessions } from './sessions.ts';
import { loginKey, type PeopleStore, type PersonRecord } from './store.ts';
import type { NewPerson, PersonChange, PersonView } from './view.ts';

const idLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const makeId = () => Array.from({ length: 12 }, () => idLetters[randomInt(idLetters.length)]).join('');

/** Letters of any script, digits, and what names hold; nothing that looks like a space. */
const loginPattern = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,39}$/u;

export interface PeopleDependencies {
  store: PeopleStore;
  sessions: Sessions;
  audit: AuditLog;
  clinicName: () => string;
  now?: () => number;
}

/** Every change of a person goes through here and into the audit log. */
export class People {
  readonly #now: () => number;

  constructor(private readonly dependencies: PeopleDependencies) {
    this.#now = dependencies.now ?? Date.now;
  }

  list(): PersonView[] {
    return this.dependencies.store.list().map(personView);
  }

  /** Somebody can sign in and set up the rest. */
  get hasTechnician(): boolean {
    return this.#technicians().length > 0;
  }

  /** @param login in any case */
  findByLogin(login: string): PersonRecord | undefined {
    return this.dependencies.store.findByLogin(login);
  }

  /** @throws Refusal `not_found` */
  get(id: string): PersonRecord {
    const person = this.dependencies.store.find(id);
    if (person === undefined) throw new Refusal('not_found', 'no such person: go back to the list');
    return person;
  }

  /**
   * @param chosenByOther the person has to choose another password at the first sign-in
   * @throws Refusal `invalid_request`, `login_taken`, `weak_password`
   */
  async create(actor: Actor, person: NewPerson, chosenByOther: boolean): Promise<PersonView> {
    const { store, audit } = this.dependencies;
    const login = loginKey(person.login);
    if (!loginPattern.test(login)) {
      throw new Refusal('invalid_request', 'a login is 2–40 letters, digits, dots, dashes or @');
    }
    this.#checkTaken(login);
    this.#checkPassword(person.password, [login, person.name]);
    const passwordHash = await hashPassword(person.password);
    // Somebody else may have taken it while the password was hashed.
    this.#checkTaken(login);
    const created = store.insert({
      ...{ id: makeId(), login, name: person.name.trim(), roles: uniqueRoles(person.roles) },
      title: orNull(person.title),
      department: orNull(person.department),
      licence: orNull(person.licence),
      ...{ passwordHash, mustChangePassword: chosenByOther, createdAt: this.#now() },
    });
    audit.add(actor, 'person_created', created.id, {
      login,
      name: created.name,
      roles: created.roles.join(' '),
    });
    return personView(created);
  }

  /** @throws Refusal `not_found`, `last_technician` */
  change(actor: Actor, id: string, change: PersonChange): PersonView {
    const { store, audit, sessions } = this.dependencies;
    const before = this.get(id);
    const roles = change.roles === undefined ? before.roles : uniqueRoles(change.roles);
    const active = change.active ?? before.active;
    const stays = active && roles.includes('technician');
    if (!stays && this.#technicians().every((each) => each.id === id)) {
      throw new Refusal(
        'last_technician',
        'somebody must be able to manage the box: make another technician first',
      );
    }
    const after = store.update(id, {
      name: change.name?.trim() ?? before.name,
      roles,
      active,
      title: change.title === undefined ? before.title : orNull(change.title),
      department: change.department === undefined ? before.department : orNull(change.department),
      licence: change.licence === undefined ? before.licence : orNull(change.licence),
    });
    if (!active) sessions.endAll(id);
    audit.add(actor, 'person_changed', id, differences(before, after));
    return personView(after);
  }

  /**
   * A technician, or the code on the box's own screen, gives a person a new password; an authenticator app is
   * forgotten with it, because who lost one has often lost both.
   * @throws Refusal `not_found`, `weak_password`
   */
  async resetPassword(actor: Actor, id: string, password: string, chosenByOther = true): Promise<void> {
    const { store, sessions, audit } = this.dependencies;
    const person = this.get(id);
    this.#checkPassword(password, [person.login, person.name]);
    const passwordHash = await hashPassword(password);
    store.update(id, {
      ...{ passwordHash, mustChangePassword: chosenByOther },
      ...{ totpSecret: null, totpPeriod: null, recoveryCodes: [] },
    });
    sessions.endAll(id);
    audit.add(actor, 'password_reset', id);
  }

  /** One's own. The session that asks stays, every other ends. @throws Refusal `weak_password` */
  async changePassword(actor: Actor, id: string, password: string, keep: string): Promise<void> {
    const { store, sessions, audit } = this.dependencies;
    const person = this.get(id);
    this.#checkPassword(password, [person.login, person.name]);
    store.update(id, { passwordHash: await hashPassword(password), mustChangePassword: false });
    sessions.endAll(id, keep);
    audit.add(actor, 'password_changed', id);
  }

  #technicians(): PersonRecord[] {
    return this.dependencies.store
      .list()
      .filter(({ active, roles }) => active && roles.includes('technician'));
  }

  #checkTaken(login: string): void {
    if (this.dependencies.store.findByLogin(login) !== undefined) {
      throw new Refusal('login_taken', 'somebody has this login already: choose another');
    }
  }

  /** @throws Refusal `weak_password` */
  #checkPassword(password: string, personal: string[]): void {
    const weakness = weaknessOf(password, [...personal, this.dependencies.clinicName()]);
    if (weakness !== null) {
      throw new Refusal(
        'weak_password',
        `the password is too easy to guess (${weakness}): choose a longer one`,
        {
          weakness,
        },
      );
    }
  }
}

/** Without anything secret. */
export function personView(person: PersonRecord): PersonView {
  const { id, login, name, roles, title, department, licence, active, mustChangePassword } = person;
  return {
    ...{ id, login, name, roles, title, department, licence, active, mustChangePassword },
    hasTotp: person.totpSecret !== null,
    createdAt: new Date(person.createdAt).toISOString(),
  };
}

function uniqueRoles(wanted: readonly Role[]): Role[] {
  if (wanted.length === 0) throw new Refusal('invalid_request', 'a person needs at least one role');
  return [...new Set(wanted)].toSorted();
}

function orNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text.trim();
}

/** What changed, before and after. */
function differences(before: PersonRecord, after: PersonRecord): Record<string, string> {
  const names = ['name', 'roles', 'title', 'department', 'licence', 'active'] as const;
  return Object.fromEntries(
    names
      .filter((name) => String(before[name]) !== String(after[name]))
      .map((name) => [name, `${before[name]} → ${after[name]}`]),
  );
}
