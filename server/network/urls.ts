/** The box's pages as people type and scan them: the port that a scheme has anyway is left out. */
import type { Settings } from '../settings/schema.ts';

/** The settings that say where the listeners are. */
interface Ports {
  http: Port;
  https: Port;
}
type Port = Pick<Settings['http'], 'port' | 'publicPort'>;

/** Only of pages: what WeChat calls needs its port written. */
function pageUrl(scheme: 'http' | 'https', host: string, { port, publicPort }: Port): string {
  const shown = publicPort === 0 ? port : publicPort;
  // URL leaves out the scheme's own port.
  return new URL(`${scheme}://${host}:${shown}/`).href;
}

/** The page that leads a doctor to HTTPS: `http://192.168.1.20:8080/`. */
export function leadUrl({ http }: Ports, host: string): string {
  return pageUrl('http', host, http);
}

/** Where phones reach the box: ports are always written, because WeChat wants them so. */
export function phoneOrigin(
  { http }: { http: Settings['http'] },
  scheme: 'http' | 'https',
  host: string,
): string {
  return `${scheme}://${host}:${scheme === 'http' ? http.port : http.securePort}`;
}

/** The doctor's page: `https://192.168.1.20:8443/`. */
export function clinicUrl({ https }: Ports, host: string): string {
  return pageUrl('https', host, https);
}

/**
 * What the QR code for doctors holds. The set-up code stands behind `#`, which no browser sends to a server: it
 * reaches no log.
 * @param setupCode null once the box is set up
 */
export function entryUrl(settings: Ports, host: string, setupCode: string | null): string {
  return leadUrl(settings, host) + (setupCode === null ? '' : `#setup=${setupCode}`);
}
