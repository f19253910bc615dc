/**
 * A certificate for a public name that resolves to the box's private address, from an ACME authority such as Let's
 * Encrypt (RFC 8555). The box need not be reachable: who may have the name is proven by a DNS record (DNS-01), which a
 * program of the clinic's writes.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'acme-client';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Settings } from '../settings/schema.ts';
import { readOrCreateSecret, writeDurably } from '../store/secret-file.ts';
import type { Credentials } from './authority.ts';
import { readCredentials } from './credentials-file.ts';

/** What the certificate is ordered with. */
export interface PublicNameOptions {
  /** Folder where account and certificate are kept. */
  dir: string;
  settings: Pick<Settings['https'], 'name' | 'acmeDirectory' | 'acmeEmail' | 'dnsHook'>;
  logger: Logger;
  /** A new certificate is there. */
  onRenewed: () => void;
  /** ms; handed in by tests. */
  retryAfter?: number;
  now?: () => number;
}

/** Where it stands, for the page. */
export interface PublicNameView {
  /** The setting `https.name`; empty: none. */
  name: string;
  /** ISO; null while there is none. */
  validUntil: string | null;
  ordering: boolean;
  /** Why the last order failed; English, as the authority or the hook said it. */
  failure: string | null;
}

/** Authorities allow few failed orders in an hour (Let's Encrypt: 5 for an account and a name). ms */
const retryAfterFailure = 3_600_000;
/** A hook that has not published the record by then never will, ms. */
const hookPatience = 600_000;

/** Keeps the certificate: orders it, renews it, and never lets go of one that is still good. */
export class PublicName {
  #ordering: Promise<void> | null = null;
  #failure: string | null = null;
  #retry: Timer | null = null;
  #stopped = false;

  constructor(private readonly options: PublicNameOptions) {}

  get #file(): string {
    return join(this.options.dir, 'certificate.json');
  }

  get #now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** The certificate, while it is good and for this name; null otherwise. Orders the next one when it is due. */
  async current(): Promise<Credentials | null> {
    const { name } = this.options.settings;
    if (name === '') return null;
    const kept = await this.#kept();
    if (kept === null || this.#isDue(kept)) void this.renew();
    return kept;
  }

  view(): PublicNameView {
    return {
      name: this.options.settings.name,
      validUntil: this.#validUntil,
      ordering: this.#ordering !== null,
      failure: this.#failure,
    };
  }

  /** Orders at once, unless an order is under way. Never throws: what failed is tried again, and stands in `view`. */
  renew(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#ordering ??= this.#order().finally(() => {
      this.#ordering = null;
    });
    return this.#ordering;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #validUntil: string | null = null;

  async #kept(): Promise<Credentials | null> {
    if (!existsSync(this.#file)) return null;
    try {
      const credentials = await readCredentials(this.#file);
      const certificate = new X509Certificate(credentials.cert);
      const { validToDate, validFromDate } = certificate;
      if (!certificate.checkPrivateKey(createPrivateKey(credentials.key)))
        throw new Error('its key is another');
      // The name was changed: the next certificate is on its way.
      if (certificate.checkHost(this.options.settings.name) === undefined) return null;
      this.#validUntil = validToDate.toISOString();
      return validFromDate.getTime() <= this.#now && this.#now < validToDate.getTime() ? credentials : null;
    } catch (error) {
      this.options.logger.warn(
        { file: this.#file, reason: messageOf(error) },
        'the kept certificate of the public name cannot be used: a new one is ordered',
      );
      return null;
    }
  }

  /** A third of its life is left: 30 days of 90, and fewer of the shorter lives to come. */
  #isDue({ cert }: Credentials): boolean {
    const { validFromDate, validToDate } = new X509Certificate(cert);
    const life = validToDate.getTime() - validFromDate.getTime();
    return validToDate.getTime() - this.#now < life / 3;
  }

  async #order(): Promise<void> {
    const { dir, settings, logger, onRenewed, retryAfter = retryAfterFailure } = this.options;
    const { name, acmeDirectory, acmeEmail, dnsHook } = settings;
    try {
      if (dnsHook === '')
        throw new Error('the setting https.dnsHook is empty: no program can write the DNS record');
      await reach(acmeDirectory);
      // Only who has a public name pays for it: 0.2 s at the start and 40 MB of memory.
      const acme = await import('acme-client');
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const fresh = String(await acme.crypto.createPrivateEcdsaKey()).trim();
      const account = readOrCreateSecret(join(dir, 'account.key'), () => fresh);
      const client = new acme.Client({ directoryUrl: acmeDirectory, accountKey: account });
      await openAccount(client, acmeEmail);
      const key = await acme.crypto.createPrivateEcdsaKey();
      const [, csr] = await acme.crypto.createCsr({ commonName: name, altNames: [name] }, key);
      logger.info({ name }, 'ordering a certificate for the public name');
      const cert = await client.auto({
        csr,
        termsOfServiceAgreed: true,
        challengePriority: ['dns-01'],
        // The clinic's own DNS may show another world than the authority sees: the hook knows when the record is out.
        skipChallengeVerification: true,
        challengeCreateFn: (_, challenge, value) => this.#hook('add', challenge.type, value),
        challengeRemoveFn: (_, challenge, value) => this.#hook('remove', challenge.type, value),
      });
      // One file, not two: certificate and key can never be of different ages.
      writeDurably(this.#file, JSON.stringify({ cert: `${cert.trim()}\n`, key: key.toString() }));
      this.#failure = null;
      logger.info({ name }, 'a certificate for the public name is there');
      if (!this.#stopped) onRenewed();
    } catch (error) {
      this.#failure = messageOf(error);
      logger.error(
        { name, reason: this.#failure, retryAfter },
        'no certificate for the public name: trying again later',
      );
      if (!this.#stopped) this.#retry = setTimeout(() => void this.renew(), retryAfter);
    }
  }

  /** @throws Error with the hook's last words */
  async #hook(what: 'add' | 'remove', type: string, value: string): Promise<void> {
    if (type !== 'dns-01') throw new Error(`the authority offers no DNS-01 for this name, only ${type}`);
    const { name, dnsHook } = this.options.settings;
    const record = `_acme-challenge.${name.replace(/^\*\./, '')}`;
    const child = Bun.spawn([dnsHook, what, record, value], {
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), hookPatience);
    const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
    clearTimeout(limit);
    if (code === 0) return;
    const last = said.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    throw new Error(`https.dnsHook ${what} ended with ${code}${last === '' ? '' : `: ${last}`}`);
  }
}

/** Makes the account, or finds the one that this key has already. @throws Error when the authority refuses */
async function openAccount(client: Client, email: string): Promise<void> {
  const contact = email === '' ? {} : { contact: [`mailto:${email}`] };
  try {
    await client.createAccount({ termsOfServiceAgreed: true, ...contact });
  } catch (error) {
    // acme-client updates an account that exists; where there is nothing to update, authorities may refuse just that.
    try {
      client.getAccountUrl();
    } catch {
      throw error;
    }
  }
}

/** acme-client would try for minutes and then say nothing of use. @throws Error with the reason */
async function reach(directory: string): Promise<void> {
  try {
    const response = await fetch(directory, { signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  } catch (error) {
    throw new Error(`${directory} cannot be reached: ${messageOf(error)}`);
  }
}
