/**
 * `/trust`, a page of the phone's listener, asks the clinic's `/livez` to find out whether this browser takes the box's
 * certificate. For that one route an origin of the box's own may read the answer.
 */
import { Elysia } from 'elysia';

/** Whether it is that question. @param isOwn whether a host is this box's */
export function isTrustCheck(request: Request, isOwn: (name: string) => boolean): boolean {
  const origin = request.headers.get('origin');
  if (request.method !== 'GET' || origin === null || !URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return new URL(request.url).pathname === '/livez' && protocol === 'http:' && isOwn(hostname);
}

/** Elysia plugin of the clinic's listener: the answer may be read. */
export function trustCheck(isOwn: (name: string) => boolean) {
  return new Elysia({ name: 'trust-check' }).onRequest(({ request, set }) => {
    if (!isTrustCheck(request, isOwn)) return;
    const origin = request.headers.get('origin') ?? '';
    Object.assign(set.headers, { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' });
  });
}
