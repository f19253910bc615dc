/** `/api/https`, as the technician's page uses it. */
import type { HttpsView, Import, ImportResult } from '../../server/tls/https-ways.ts';
import { ApiError } from '../shared/api.ts';

async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path = '', body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/https${path}`, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch (error) {
    throw new ApiError('network', 0, String(error));
  }
  if (response.ok) return (await response.json()) as T;
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  throw new ApiError(error.code, response.status, error.message);
}

/** Every function throws an {@link ApiError}. */
export const httpsApi = {
  view: (): Promise<HttpsView> => ask('GET'),
  makeRequest: (): Promise<{ csr: string }> => ask('POST', '/request'),
  /** @param use false: only checked */
  import: (brought: Import, use: boolean): Promise<ImportResult> =>
    ask('POST', '/import', { ...brought, use }),
  takeBack: (): Promise<HttpsView> => ask('DELETE', '/import'),
  orderPublicName: (): Promise<HttpsView> => ask('POST', '/public-name/order'),
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
