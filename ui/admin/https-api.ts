/** `/api/https`, as the technician's page uses it. */
import type { HttpsView, Import, ImportResult } from '../../server/tls/https-ways.ts';
import { json } from '../shared/api.ts';

const base = '/api/https';

/** Every function throws an `ApiError`. */
export const httpsApi = {
  view: (): Promise<HttpsView> => json('GET', base),
  makeRequest: (): Promise<{ csr: string }> => json('POST', `${base}/request`),
  /** @param use false: only checked */
  import: (brought: Import, use: boolean): Promise<ImportResult> =>
    json('POST', `${base}/import`, { ...brought, use }),
  takeBack: (): Promise<HttpsView> => json('DELETE', `${base}/import`),
  orderPublicName: (): Promise<HttpsView> => json('POST', `${base}/public-name/order`),
};

/** Files as an import takes them: PEM as it is, everything else as a PFX. */
export async function readFiles(files: Iterable<Blob>, password: string): Promise<Import> {
  let pem = '';
  let pfx = '';
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    if (text.includes('-----BEGIN ')) pem += `${text}\n`;
    // DER of one certificate is a .cer of Windows: the server reads PEM.
    else if (isCertificate(bytes))
      pem += `-----BEGIN CERTIFICATE-----\n${btoa(text)}\n-----END CERTIFICATE-----\n`;
    else pfx = btoa(text);
  }
  return { ...(pem === '' ? {} : { pem }), ...(pfx === '' ? {} : { pfx, password }) };
}

/** A certificate's DER is a sequence that begins with a sequence; a PFX's begins with its version, an integer. */
function isCertificate(bytes: Uint8Array): boolean {
  const lengthBytes = ((bytes[1] ?? 0) & 0x80) === 0 ? 0 : (bytes[1] ?? 0) & 0x7f;
  return bytes[0] === 0x30 && bytes[2 + lengthBytes] === 0x30;
}
