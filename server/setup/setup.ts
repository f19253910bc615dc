/** The first start: a box that is plugged in is closed to everyone until its owner has set it up. */
import type { AuditLog } from '../audit/log.ts';
import { Refusal } from '../errors.ts';
import type { NetworkView } from '../network/addresses.ts';
import type { People } from '../people/people.ts';
import type { Sessions } from '../people/sessions.ts';
import type { PersonView } from '../people/view.ts';
import type { SettingsFile } from '../settings/file.ts';
import { CodeCheck, makeCode } from './one-time-code.ts';
import type { ClinicAnswers, FirstPerson, SetupFacts } from './view.ts';

export interface SetupDependencies {
  people: People;
  sessions: Sessions;
  audit: AuditLog;
  settings: SettingsFile;
  network: () => NetworkView;
  now?: () => number;
}

/** A code for a new password stands on the screen for this long, ms. */
const resetLife = 600_000;

/** What needs somebody to stand before the box. */
export class Setup {
  readonly #now: () => number;
  readonly #guesses: CodeCheck;
  /** One for each start: nothing is kept that could be read from a stolen disk. */
  readonly #code = makeCode();
  #reset: { code: string; until: number } | null = null;
  #done = false;

  constructor(private readonly dependencies: SetupDependencies) {
    this.#now = dependencies.now ?? Date.now;
    this.#guesses = new CodeCheck(this.#now);
  }

  /** Nobody can manage the box yet. Asked with every request; once somebody can, somebody always can. */
  get needed(): boolean {
    this.#done ||= this.dependencies.people.hasTechnician;
    return !this.#done;
  }

  /** What the box's own screen shows; null once it is set up. */
  get code(): string | null {
    return this.needed ? this.#code : null;
  }

  /** The code for a new password, while somebody asks for one. */
  get resetCode(): string | null {
    return this.#reset !== null && this.#reset.until > this.#now() ? this.#reset.code : null;
  }

  /** What the owner needs to see before deciding. @throws Refusal `wrong_setup_code`, `too_many_attempts` */
  check(code: string, address: string): SetupFacts {
    this.#guesses.check(code, this.code, address);
    const { chosen, reason, addresses } = this.dependencies.network();
    const now = this.#now();
    return {
      now: new Date(now).toISOString(),
      network: {
        address: chosen?.address ?? null,
        interface: chosen?.interface ?? null,
        mac: addresses.find((each) => each.address === chosen?.address)?.mac ?? null,
        reason,
      },
      clinic: this.dependencies.settings.clinic(),
    };
  }

  /**
   * Makes the first technician, who may hold every role.
   * @returns the person, and a session's secret for the cookie
   * @throws Refusal `wrong_setup_code`, `too_many_attempts`, `weak_password`, `invalid_request`
   */
  async complete(
    code: string,
    clinic: ClinicAnswers,
    first: FirstPerson,
    address: string,
  ): Promise<{ person: PersonView; secret: string }> {
    const { people, sessions, audit, settings } = this.dependencies;
    this.#guesses.check(code, this.code, address);
    const actor = { id: null, name: first.name.trim(), address };
    settings.write({ clinic });
    const person = await people.create(actor, { ...first, roles: ['technician', ...first.roles] }, false);
    audit.add({ ...actor, id: person.id }, 'setup_completed', person.id, { clinic: clinic.name });
    return { person, secret: sessions.open(person.id, address) };
  }

  /** Shows a code on the box's own screen. */
  beginReset(address: string): void {
    if (this.resetCode === null) this.#reset = { code: makeCode(), until: this.#now() + resetLife };
    this.dependencies.audit.add({ id: null, name: 'stranger', address }, 'reset_asked');
  }

  /**
   * Whoever stands before the box gives a person a new password.
   * @throws Refusal `wrong_setup_code`, `too_many_attempts`, `not_found`, `weak_password`
   */
  async reset(code: string, login: string, password: string, address: string): Promise<void> {
    const { people } = this.dependencies;
    this.#guesses.check(code, this.resetCode, address);
    const person = people.findByLogin(login);
    if (person === undefined) throw new Refusal('not_found', 'nobody has this login: check it');
    await people.resetPassword({ id: null, name: 'at the box', address }, person.id, password, false);
    this.#reset = null;
  }
}
