/** Signing in: password, and the authenticator app's code where there is one. */
import { type Actor, type AuditLog, stranger } from '../audit/log.ts';
import { Refusal } from '../errors.ts';
import { compareWithNobody, isPassword } from './password.ts';
import type { Sessions } from './sessions.ts';
import { loginKey, type PeopleStore, type PersonRecord } from './store.ts';
import { Throttle } from './throttle.ts';
import { checkTotp, makeRecoveryCodes, makeTotpSecret, recoveryDigest } from './totp.ts';

/** What is typed. */
export interface Credentials {
  login: string;
  password: string;
  /** 6 digits, or a recovery code. */
  code?: string;
}

/**
 * Somebody who guesses from one address is stopped soon; the account itself only after many, so that a stranger
 * cannot lock a doctor out by typing nonsense.
 */
const limits = {
  pair: { attempts: 5, window: 60_000 },
  account: { attempts: 30, window: 600_000 },
  address: { attempts: 30, window: 60_000 },
};

export interface SignInDependencies {
  store: PeopleStore;
  sessions: Sessions;
  audit: AuditLog;
  now?: () => number;
}

export class SignIn {
  readonly #now: () => number;
  readonly #throttles: Record<keyof typeof limits, Throttle>;

  constructor(private readonly dependencies: SignInDependencies) {
    this.#now = dependencies.now ?? Date.now;
    const throttle = (name: keyof typeof limits) => new Throttle(limits[name], this.#now);
    this.#throttles = { pair: throttle('pair'), account: throttle('account'), address: throttle('address') };
  }

  /**
   * @returns the new session's secret, for a cookie
   * @throws Refusal `wrong_password`, `totp_required`, `wrong_totp`, `too_many_attempts`
   */
  async signIn(credentials: Credentials, address: string): Promise<string> {
    const person = await this.#prove(credentials, address);
    const { sessions, audit } = this.dependencies;
    const secret = sessions.open(person.id, address);
    audit.add({ id: person.id, name: person.name, address }, 'sign_in', person.id);
    return secret;
  }

  /** A person who is signed in proves it once more. @throws Refusal as `signIn` */
  async confirm(person: PersonRecord, password: string, address: string): Promise<void> {
    this.#check(person.login, address);
    if (await isPassword(password, person.passwordHash)) return;
    this.#fail(person.login, address);
    throw wrongPassword();
  }

  /** A secret to be scanned; asked for only once `confirmTotp` has seen that the app has it. */
  proposeTotp(): string {
    return makeTotpSecret();
  }

  /** @returns recovery codes, shown once @throws Refusal `wrong_totp` */
  confirmTotp(actor: Actor, id: string, secret: string, code: string): string[] {
    const { store, audit } = this.dependencies;
    const period = checkTotp(secret, code, this.#now());
    if (period === null) throw wrongCode();
    const codes = makeRecoveryCodes();
    store.update(id, { totpSecret: secret, totpPeriod: period, recoveryCodes: codes.map(recoveryDigest) });
    audit.add(actor, 'totp_added', id);
    return codes;
  }

  removeTotp(actor: Actor, id: string): void {
    this.dependencies.store.update(id, { totpSecret: null, totpPeriod: null, recoveryCodes: [] });
    this.dependencies.audit.add(actor, 'totp_removed', id);
  }

  async #prove({ login, password, code }: Credentials, address: string): Promise<PersonRecord> {
    const { store, audit } = this.dependencies;
    const key = loginKey(login);
    this.#check(key, address);
    const person = store.findByLogin(key);
    if (person === undefined) await compareWithNobody(password);
    if (person === undefined || !(await isPassword(password, person.passwordHash)) || !person.active) {
      this.#fail(key, address);
      // The login may be a password that slipped into the wrong field: only that of a person is written down.
      audit.add(stranger(address), 'sign_in_failed', person?.id ?? null);
      throw wrongPassword();
    }
    if (person.totpSecret !== null) this.#proveTotp(person, code, address);
    for (const [name, throttled] of this.#keys(key, address)) this.#throttles[name].succeed(throttled);
    return person;
  }

  #proveTotp(person: PersonRecord, code: string | undefined, address: string): void {
    const { store, audit } = this.dependencies;
    if (code === undefined || code.trim() === '') {
      throw new Refusal('totp_required', 'type the code of your authenticator app as well');
    }
    const period = checkTotp(person.totpSecret ?? '', code, this.#now());
    if (period !== null && period > (person.totpPeriod ?? 0)) {
      store.update(person.id, { totpPeriod: period });
      return;
    }
    const recovery = recoveryDigest(code);
    if (person.recoveryCodes.includes(recovery)) {
      store.update(person.id, { recoveryCodes: person.recoveryCodes.filter((each) => each !== recovery) });
      audit.add({ id: person.id, name: person.name, address }, 'recovery_code_used', person.id);
      return;
    }
    this.#fail(person.login, address);
    audit.add(stranger(address), 'sign_in_failed', person.id, { totp: true });
    throw wrongCode();
  }

  #keys(login: string, address: string): [keyof typeof limits, string][] {
    return [
      ['pair', `${login} ${address}`],
      ['account', login],
      ['address', address],
    ];
  }

  /** @throws Refusal `too_many_attempts` */
  #check(login: string, address: string): void {
    const waits = this.#keys(login, address).map(([name, key]) => this.#throttles[name].wait(key));
    if (Math.max(...waits) > 0) throw tooMany();
  }

  #fail(login: string, address: string): void {
    for (const [name, key] of this.#keys(login, address)) this.#throttles[name].fail(key);
  }
}

/** Too many guesses, of whatever. */
export function tooMany(): Refusal {
  return new Refusal('too_many_attempts', 'too many wrong tries: wait a minute, then try again');
}

function wrongPassword(): Refusal {
  return new Refusal(
    'wrong_password',
    'wrong login or password: try again, or ask a technician for a new password',
  );
}

function wrongCode(): Refusal {
  return new Refusal('wrong_totp', 'wrong code: wait for the next one of your app, or use a recovery code');
}
