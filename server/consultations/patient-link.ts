/** What the patient's QR code holds. */
import type { Settings } from '../settings/schema.ts';

/**
 * One text for three readers: the mini-program's own scanner, WeChat's scanner where the operator has a link rule
 * (`miniapp.linkPrefix`), and a plain browser. What helps a patient whom the box cannot be reached by travels along:
 * Wi-Fi `w`, telephone `t`, clinic `c`. `miniapp/machine/code.ts` reads it.
 * @param origin where phones reach the box: `http://192.168.1.20:8080`, or `https://name:8444`
 * @param code `p/<token>`
 */
export function patientLink(settings: Settings, origin: string, code: `p/${string}`): string {
  const { clinic, miniapp } = settings;
  const query = new URLSearchParams();
  if (miniapp.linkPrefix !== '') query.set('b', origin.replace(/^http:\/\//, ''));
  const hints = { w: clinic.wifi, t: clinic.telephone, c: clinic.name };
  for (const [name, value] of Object.entries(hints)) if (value.trim() !== '') query.set(name, value.trim());
  // Colons and slashes need no escape in a query, and a smaller code is read sooner.
  const search = query.size === 0 ? '' : `?${query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/')}`;
  return `${miniapp.linkPrefix === '' ? `${origin}/` : miniapp.linkPrefix}${code}${search}`;
}
