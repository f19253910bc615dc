/** Reads the files in which authorities hand certificates over: PEM with one or many, PFX (PKCS #12). */
import type { asn1 } from 'node-forge';
import { messageOf } from '../errors.ts';
import { type CertificateProblem, certificateProblem } from './certificate-problems.ts';

/** What is in a file. */
export interface CertificateFile {
  /** DER */
  certificates: Uint8Array<ArrayBuffer>[];
  /** PEM */
  keys: string[];
}

const blocks = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/** @param text PEM, whatever stands between and around it */
export function readPem(text: string): CertificateFile {
  const found: CertificateFile = { certificates: [], keys: [] };
  for (const [block, kind = ''] of text.matchAll(blocks)) {
    if (/^(X509 |TRUSTED )?CERTIFICATE$/.test(kind)) {
      found.certificates.push(
        new Uint8Array(Buffer.from(block.replaceAll(/-----.*?-----|\s/g, ''), 'base64')),
      );
    } else if (kind.endsWith('PRIVATE KEY')) found.keys.push(block);
  }
  return found;
}

/** @returns what is in it, or what is wrong with it */
export async function readPfx(
  pfx: Uint8Array,
  password: string,
): Promise<CertificateFile | CertificateProblem> {
  // Only who brings one pays for it.
  const { default: forge } = await import('node-forge');
  const { oids } = forge.pki;
  const der = (each: asn1.Asn1) => new Uint8Array(Buffer.from(forge.asn1.toDer(each).getBytes(), 'binary'));
  let parsed: asn1.Asn1;
  try {
    parsed = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(pfx).toString('binary')));
  } catch (error) {
    return certificateProblem('unreadable', messageOf(error));
  }
  try {
    const bags = forge.pkcs12.pkcs12FromAsn1(parsed, false, password);
    const all = (type: string | undefined) =>
      type === undefined ? [] : (bags.getBags({ bagType: type })[type] ?? []);
    const found: CertificateFile = { certificates: [], keys: [] };
    for (const bag of all(oids.certBag)) {
      // What forge does not know by itself, elliptic curves, it hands on as it is.
      found.certificates.push(der(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1));
    }
    for (const bag of [...all(oids.pkcs8ShroudedKeyBag), ...all(oids.keyBag)]) {
      const key = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1;
      found.keys.push(
        `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der(key)).toString('base64')}\n-----END PRIVATE KEY-----\n`,
      );
    }
    return found;
  } catch (error) {
    const said = messageOf(error);
    return /password|MAC/i.test(said)
      ? certificateProblem('wrong_password')
      : certificateProblem('unreadable', said);
  }
}
