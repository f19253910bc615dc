/** Pages of other origins must not be able to speak in the name of whoever has them open. */
import { Elysia } from 'elysia';
import { Refusal } from '../errors.ts';

const harmless = ['GET', 'HEAD', 'OPTIONS'];

/** Whether another origin's page sent this. Programs send neither header. */
function isForeign(request: Request): boolean {
  const origin = request.headers.get('origin');
  // `null` is what sandboxed frames and files are called.
  if (origin !== null) {
    return !URL.canParse(origin) || new URL(origin).host !== request.headers.get('host');
  }
  const site = request.headers.get('sec-fetch-site');
  // Mere links come from anywhere; the browser sends no origin with them.
  return !harmless.includes(request.method) && (site === 'cross-site' || site === 'same-site');
}

/**
 * For every request that a cookie may authenticate, sockets too: browsers always send the origin with a socket, and
 * with a change. `SameSite=Strict` alone would let in other ports of the same address.
 * @throws Refusal `foreign_origin`
 */
function checkOrigin(request: Request): void {
  if (isForeign(request)) {
    throw new Refusal('foreign_origin', 'requests from pages of another address are not answered');
  }
}

/** Elysia plugin: no route of the app answers pages of other origins. @param isExcepted the requests that it does */
export function ownOriginOnly(isExcepted: (request: Request) => boolean) {
  return new Elysia({ name: 'own-origin-only' }).onRequest(({ request }) => {
    if (!isExcepted(request)) checkOrigin(request);
  });
}
