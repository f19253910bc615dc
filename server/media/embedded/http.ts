/** What the engine's HTTP servers share. */
import { plainAddress } from './authorisation.ts';

/** MediaMTX's shape of an error. */
export function jsonError(status: number, error: string): Response {
  return Response.json({ status: 'error', error }, { status });
}

/** The key in `Authorization: Bearer …`; empty without. */
export function bearerToken(request: Request): string {
  return /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}

/** Who asks. */
export function clientAddress(request: Request, server: Bun.Server<undefined>): { ip: string; port: number } {
  const address = server.requestIP(request);
  return { ip: plainAddress(address?.address), port: address?.port ?? 0 };
}
