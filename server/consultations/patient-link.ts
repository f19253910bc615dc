/** What the patient's QR code holds. */
import type { Settings } from '../settings/schema.ts';

/**
 * One text for three readers: the mini-program's own scanner, WeChat's scanner where the operator has a link rule
 * (`miniapp.linkPrefix`), and a plain browser. What helps a patient whom the box cannot be reached by travels along:
 * Wi-Fi `w`, telephone `t`, clinic `c`. `miniapp/machine/code.ts` reads it.
 * @param address the box's address for phones
 * @param code `p/<token>`
 */
export function patientLink(settings: Settings, address: string, code: `p/${string}`): string {
  const { clinic, http, miniapp } = settings;
  const box = `${address}:${http.port}`;
  const query = new URLSearchParams();
  if (miniapp.linkPrefix !== '') query.set('b', box);
  const hints = { w: clinic.wifi, t: clinic.telephone, c: clinic.name };
  for (const [name, value] of Object.entries(hints)) if (value.trim() !== '') query.set(name, value.trim());
  // A colon needs no escape in a query, and a smaller code is read sooner.
  const search = query.size === 0 ? '' : `?${query.toString().replaceAll('%3A', ':')}`;
  return `${miniapp.linkPrefix === '' ? `http://${box}/` : miniapp.linkPrefix}${code}${search}`;
}
