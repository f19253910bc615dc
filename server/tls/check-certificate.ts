/** Looks at a certificate that somebody brings before it is used: key, chain, dates, names, strength. */
import 'reflect-metadata';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Credentials } from './authority.ts';
import { type CertificateProblem, certificateProblem } from './certificate-problems.ts';

/** What somebody brought. */
export interface BroughtCertificate {
  /** DER of each certificate, in any order. */
  certificates: Uint8Array<ArrayBuffer>[];
  /** PEM of keys that may be the one: the file's own, and that of the box's request. */
  keys: string[];
}

/** What the box has. */
export interface WantedNames {
  /** Under at least one of these it must be good; e.g. `192.168.1.20`, `video.hospital.example`. */
  names: string[];
  /** ms since 1970 */
  now: number;
}

/** What was found, and what may be used when no problem is an error. */
export interface CheckedCertificate {
  problems: CertificateProblem[];
  credentials: Credentials | null;
}

const day = 86_400_000;
/** Longer ones are refused by Apple's systems, also of a CA that was installed by hand (support.apple.com/HT210176). */
const longest = 825;
const soon = 30;

const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const strongCurves = ['prime256v1', 'secp384r1'];

const dateOf = (date: Date) => date.toISOString().slice(0, 10);

/** `CN=Hospital Root` → `Hospital Root` */
function shortName(distinguished: string): string {
  return /(?:^|\n)CN=(.*)/.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');
}

/** Checks everything, and says everything that is wrong at once. */
export function checkCertificate(brought: BroughtCertificate, wanted: WantedNames): CheckedCertificate {
  const refused = (...problems: CertificateProblem[]) => ({ problems, credentials: null });
  const certificates: X509Certificate[] = [];
  for (const der of brought.certificates) {
    try {
      certificates.push(new X509Certificate(Buffer.from(der)));
    } catch (error) {
      return refused(
        certificateProblem('unreadable', error instanceof Error ? error.message : String(error)),
      );
    }
  }
  if (certificates.length === 0) return refused(certificateProblem('no_certificate'));
  const keys = brought.keys.flatMap(readKey);
  if (keys.length === 0) return refused(certificateProblem('no_key'));
  const pairs = certificates.flatMap((certificate) =>
    keys.filter(({ key }) => certificate.checkPrivateKey(key)).map(({ pem }) => ({ certificate, pem })),
  );
  const [pair] = pairs;
  if (pair === undefined) {
    const [only] = certificates;
    return refused(
      certificates.length === 1 && only?.ca === true
        ? certificateProblem('is_authority')
        : certificateProblem('key_mismatch'),
    );
  }
  const leaf = pair.certificate;
  const { chain, problems } = order(leaf, certificates, wanted.now);
  problems.push(...datesOf(leaf, wanted.now), ...namesOf(leaf, wanted.names), ...purposeOf(leaf));
  problems.push(...strengthOf(leaf), ...chain.flatMap(signatureOf));
  if (problems.some(({ level }) => level === 'error')) return { problems, credentials: null };
  return { problems, credentials: { cert: chain.map(pemOf).join(''), key: pair.pem } };
}

function readKey(pem: string): { key: KeyObject; pem: string }[] {
  try {
    const key = createPrivateKey(pem);
    return [{ key, pem: String(key.export({ type: 'pkcs8', format: 'pem' })) }];
  } catch {
    return [];
  }
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString().trim()}\n`;
}

const isSelfSigned = (certificate: X509Certificate) => certificate.issuer === certificate.subject;

/** From the leaf to the root, or as far as there are certificates. */
function order(leaf: X509Certificate, certificates: X509Certificate[], now: number) {
  const problems: CertificateProblem[] = [];
  const chain = [leaf];
  for (let last = leaf; !isSelfSigned(last); ) {
    const named = certificates.filter((each) => each.subject === last.issuer && !chain.includes(each));
    const issuer = named.find((each) => last.verify(each.publicKey));
    if (issuer === undefined) {
      if (named.length > 0) problems.push(certificateProblem('chain_broken', shortName(last.subject)));
      else if (last === leaf) problems.push(certificateProblem('chain_incomplete', shortName(last.issuer)));
      break;
    }
    if (issuer.validToDate.getTime() < now) {
      problems.push(certificateProblem('chain_expired', shortName(issuer.subject)));
    }
    chain.push(issuer);
    last = issuer;
  }
  if (isSelfSigned(leaf)) problems.push(certificateProblem('self_signed'));
  const given = certificates.filter((each) => chain.includes(each));
  if (given.some((each, index) => each !== chain[index]))
    problems.push(certificateProblem('chain_reordered'));
  const unused = certificates.length - given.length;
  if (unused > 0 && !problems.some(({ code }) => code === 'chain_broken')) {
    problems.push(certificateProblem('chain_unused', String(unused)));
  }
  return { chain, problems };
}

function datesOf({ validFromDate, validToDate }: X509Certificate, now: number): CertificateProblem[] {
  if (validFromDate.getTime() > now) return [certificateProblem('not_yet_valid', dateOf(validFromDate))];
  if (validToDate.getTime() <= now) return [certificateProblem('expired', dateOf(validToDate))];
  const problems: CertificateProblem[] = [];
  if (validToDate.getTime() - now < soon * day) {
    problems.push(certificateProblem('expires_soon', dateOf(validToDate)));
  }
  if (validToDate.getTime() - validFromDate.getTime() > longest * day)
    problems.push(certificateProblem('too_long'));
  return problems;
}

/** Whether browsers take the certificate for this name. */
export function covers(certificate: X509Certificate, name: string): boolean {
  if (isIPv4(name)) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never' }) !== undefined;
}

function namesOf(leaf: X509Certificate, wanted: string[]): CertificateProblem[] {
  if ((leaf.subjectAltName ?? '') === '') return [certificateProblem('no_names', wanted.join(', '))];
  const missing = wanted.filter((name) => !covers(leaf, name));
  if (missing.length === 0) return [];
  return [
    certificateProblem(
      missing.length === wanted.length ? 'names_missing' : 'names_partly',
      missing.join(', '),
    ),
  ];
}

function purposeOf(leaf: X509Certificate): CertificateProblem[] {
  if (leaf.ca && !isSelfSigned(leaf)) return [certificateProblem('is_authority')];
  const usages = new x509.X509Certificate(leaf.raw as Uint8Array<ArrayBuffer>).getExtension(
    x509.ExtendedKeyUsageExtension,
  );
  const forServers = usages === null || usages.usages.includes(serverAuthentication);
  return forServers ? [] : [certificateProblem('not_for_servers')];
}

function strengthOf({ publicKey }: X509Certificate): CertificateProblem[] {
  const { modulusLength = 0, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === 'rsa') {
    return modulusLength >= 2048 ? [] : [certificateProblem('weak_key', `RSA ${modulusLength}`)];
  }
  if (publicKey.asymmetricKeyType === 'ec' && strongCurves.includes(namedCurve)) return [];
  return [certificateProblem('weak_key', namedCurve || String(publicKey.asymmetricKeyType))];
}

/** A root's own signature is looked at by nobody. */
function signatureOf(certificate: X509Certificate): CertificateProblem[] {
  if (isSelfSigned(certificate) && certificate.ca) return [];
  const { hash } = new x509.X509Certificate(certificate.raw as Uint8Array<ArrayBuffer>)
    .signatureAlgorithm as { hash?: string | { name: string } };
  const name = typeof hash === 'string' ? hash : (hash?.name ?? '');
  return /^(SHA-1|MD5)$/i.test(name) ? [certificateProblem('weak_signature', name)] : [];
}
