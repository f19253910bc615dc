/**
 * Which certificate the clinic's listener shows: the best that is good now. A public name's before the hospital's CA's,
 * and the box's own where there is no other: there is always one.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Credentials } from './authority.ts';
import { type CertificateFile, readPem, readPfx } from './certificate-files.ts';
import { type CertificateProblem, certificateProblem } from './certificate-problems.ts';
import { checkCertificate, covers } from './check-certificate.ts';
import type { HospitalCertificate } from './hospital.ts';
import type { PublicName, PublicNameView } from './public-name.ts';

/** Whose certificate it is. */
export type HttpsWay = 'public' | 'hospital' | 'own';

/** What the ways are made of. */
export interface HttpsWaysOptions {
  publicName: PublicName;
  hospital: HospitalCertificate;
  /** The box's own leaf, which fits its addresses. */
  own: () => Promise<Credentials>;
  /** The box's LAN addresses and names, the likeliest first. */
  names: () => string[];
  /** PEM of the box's own root. */
  root: string;
  /** The clinic's listener. */
  port: number;
  leadUrl: () => string;
  logger: Logger;
  now?: () => number;
}

/** A certificate as a page shows it. */
export interface CertificateView {
  names: string[];
  issuer: string;
  /** ISO */
  validFrom: string;
  validUntil: string;
  /** SHA-256, `AB:CD:…` */
  fingerprint: string;
}

/** Everything about HTTPS, for the technician's page. */
export interface HttpsView {
  way: HttpsWay;
  shown: CertificateView;
  /** The box's addresses and names: what a request asks for, what an import should cover. */
  names: string[];
  publicName: PublicNameView;
  hospital: {
    /** PEM; null where none was made. */
    request: string | null;
    certificate: CertificateView | null;
  };
  /** SHA-256 of the box's own root. */
  rootFingerprint: string;
  /** The page on `http://` that leads doctors; beside it is `trust`. */
  leadUrl: string;
}

/** What somebody brings. */
export interface Import {
  /** PEM of the chain; perhaps with the key. */
  pem?: string | undefined;
  /** Base64 of a PFX. */
  pfx?: string | undefined;
  password?: string | undefined;
}

/** How an import went. */
export interface ImportResult {
  used: boolean;
  problems: CertificateProblem[];
}

const day = 86_400_000;
/** An imported certificate that ends within this is spoken of. */
const warnBefore = 30 * day;
/** Not longer, so that a box that loses its certificate for good can be reached again by its own. */
const longestStrictTransport = 7 * day;

/** The certificate as it is shown to people. */
export function certificateView(pem: string): CertificateView {
  const certificate = new X509Certificate(pem);
  return {
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .map((name) => name.replace(/^(DNS|IP Address):/, ''))
      .filter((name) => name !== ''),
    issuer: /(?:^|\n)CN=(.*)/.exec(certificate.issuer)?.[1] ?? certificate.issuer.replaceAll('\n', ', '),
    validFrom: certificate.validFromDate.toISOString(),
    validUntil: certificate.validToDate.toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}

/** Chooses, imports, takes back. */
export class HttpsWays {
  #shown: { way: HttpsWay; certificate: X509Certificate } | null = null;
  /** On trial: shown before it is kept. */
  #trial: Credentials | null = null;
  #check: () => Promise<void> = () => Promise.resolve();
  #busy: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: HttpsWaysOptions) {}

  /** @param check shows `current()` from now on; `CertificateKeeper.check` */
  follow(check: () => Promise<void>): void {
    this.#check = check;
  }

  get way(): HttpsWay {
    return this.#shown?.way ?? 'own';
  }

  /** SHA-256 of the box's own root, `AB:CD:…`. */
  get rootFingerprint(): string {
    return new X509Certificate(this.options.root).fingerprint256;
  }

  /** The certificate to be shown now. */
  async current(): Promise<Credentials> {
    const { publicName, hospital, own, logger } = this.options;
    const ways: [HttpsWay, Credentials | null][] = [
      ['hospital', this.#trial],
      ['public', await publicName.current()],
      ['hospital', await hospital.current()],
    ];
    for (const [way, credentials] of ways) {
      if (credentials === null) continue;
      const reason = this.#unusable(credentials);
      if (reason === null) {
        this.#warnOfEnd(way, credentials);
        return this.#shows(way, credentials);
      }
      logger.warn({ way, reason }, 'a certificate cannot be shown: the next best is');
    }
    return this.#shows('own', await own());
  }

  /** Names in certificates that others issued: the box answers under them too. */
  names(): string[] {
    if (this.#shown === null || this.#shown.way === 'own') return [];
    return certificateView(this.#shown.certificate.toString()).names.filter((name) => !name.includes('*'));
  }

  /** Under which host doctors are led to the clinic's page without a warning. @param host as they came */
  hostFor(host: string): string {
    if (this.#shown === null || this.#shown.way === 'own' || covers(this.#shown.certificate, host))
      return host;
    const covered = [this.options.publicName.view().name, ...this.options.names()].find(
      (name) => name !== '' && this.#shown !== null && covers(this.#shown.certificate, name),
    );
    return covered ?? host;
  }

  /**
   * The value of `Strict-Transport-Security`, null for none: only with a certificate that others issued, and over a day
   * before that ends, since nobody can go past a browser's warning any more.
   */
  strictTransport(): string | null {
    if (this.#shown === null || this.#shown.way === 'own') return null;
    const left = this.#shown.certificate.validToDate.getTime() - this.#now() - day;
    const age = Math.floor(Math.min(longestStrictTransport, left) / 1000);
    return age > 0 ? `max-age=${age}` : null;
  }

  async view(): Promise<HttpsView> {
    const { publicName, hospital, names } = this.options;
    const shown = this.#shown?.certificate ?? new X509Certificate((await this.current()).cert);
    const [request, certificate] = await Promise.all([hospital.request(), hospital.current()]);
    return {
      way: this.way,
      shown: certificateView(shown.toString()),
      names: names(),
      publicName: publicName.view(),
      hospital: {
        request: request?.csr ?? null,
        certificate: certificate === null ? null : certificateView(certificate.cert),
      },
      rootFingerprint: this.rootFingerprint,
      leadUrl: this.options.leadUrl(),
    };
  }

  /** Orders a certificate for the public name now, whatever the calendar says. */
  orderPublicName(): void {
    const { publicName } = this.options;
    if (publicName.view().name !== '') void publicName.renew();
  }

  /** A key and a request for the box's addresses and names. @returns PEM */
  async makeRequest(): Promise<string> {
    return (await this.options.hospital.makeRequest(this.options.names())).csr;
  }

  /**
   * Checks a certificate, shows it, and keeps it only when the box really answers with it; the former one stays until
   * then.
   * @param use false: only to hear what would be wrong
   */
  import(brought: Import, use: boolean): Promise<ImportResult> {
    return this.#alone(async () => {
      const { credentials, problems } = await this.#read(brought);
      if (credentials === null || !use) return { used: false, problems };
      this.#trial = credentials;
      try {
        await this.#check();
        const reason = await this.#notServed(credentials);
        if (reason !== null) {
          problems.push(certificateProblem('not_served', reason));
          return { used: false, problems };
        }
        await this.options.hospital.keep(credentials);
        this.options.logger.info('an imported certificate is used from now on');
        return { used: true, problems };
      } finally {
        this.#trial = null;
        await this.#check();
      }
    });
  }

  /** Shows what was shown before the import, for good. */
  takeBack(): Promise<void> {
    return this.#alone(async () => {
      this.options.hospital.forget();
      await this.#check();
      this.options.logger.info('the imported certificate was taken back');
    });
  }

  /** One after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#busy.then(work);
    this.#busy = result.catch(() => undefined);
    return result;
  }

  #now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** A public name's certificate renews itself; the hospital's does not. */
  #warnOfEnd(way: HttpsWay, { cert }: Credentials): void {
    const { validToDate } = new X509Certificate(cert);
    if (way !== 'hospital' || validToDate.getTime() - this.#now() > warnBefore) return;
    this.options.logger.warn({ validUntil: validToDate.toISOString() }, 'the imported certificate ends soon');
  }

  #shows(way: HttpsWay, credentials: Credentials): Credentials {
    this.#shown = { way, certificate: new X509Certificate(credentials.cert) };
    return credentials;
  }

  /** @returns why not; null: it may be shown */
  #unusable({ cert, key }: Credentials): string | null {
    try {
      const certificate = new X509Certificate(cert);
      const now = this.#now();
      if (certificate.validToDate.getTime() <= now) return 'it has expired';
      if (certificate.validFromDate.getTime() > now) return 'it is not valid yet: is the clock right?';
      return certificate.checkPrivateKey(createPrivateKey(key)) ? null : 'its key is another';
    } catch (error) {
      return messageOf(error);
    }
  }

  async #read({ pem = '', pfx = '', password = '' }: Import) {
    const files: CertificateFile[] = [readPem(pem)];
    if (pfx !== '') {
      const read = await readPfx(Buffer.from(pfx, 'base64'), password);
      if ('code' in read) return { credentials: null, problems: [read] };
      files.push(read);
    }
    const request = await this.options.hospital.request();
    return checkCertificate(
      {
        certificates: files.flatMap(({ certificates }) => certificates),
        keys: [...files.flatMap(({ keys }) => keys), ...(request === null ? [] : [request.key])],
      },
      { names: this.options.names(), now: this.#now() },
    );
  }

  /** Asks as a browser does. @returns what is wrong; null: the listener shows it */
  #notServed({ cert }: Credentials): Promise<string | null> {
    const wanted = new X509Certificate(cert).fingerprint256;
    return new Promise((resolve) => {
      const socket = connect(
        { host: '127.0.0.1', port: this.options.port, rejectUnauthorized: false },
        () => {
          const shown = socket.getPeerX509Certificate()?.fingerprint256;
          socket.destroy();
          resolve(shown === wanted ? null : 'another certificate was shown');
        },
      );
      socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
      socket.once('error', (error) => resolve(messageOf(error)));
    });
  }
}
