/** Asks the supervisor before every publish and read, as MediaMTX's `authMethod: http` does. */
import { randomBytes } from 'node:crypto';
import { type Log, messageOf } from './log.ts';

/** The body of the callback; the field names are MediaMTX's. */
export interface AuthorisationRequest {
  ip: string;
  user: string;
  password: string;
  token: string;
  action: 'publish' | 'read';
  path: string;
  protocol: 'rtmp' | 'webrtc' | 'rtsp' | 'hls';
  id: string;
  query: string;
  userAgent: string;
}

/** Whether this publish or read may begin. Never throws: what cannot be asked is refused. */
export type Authorise = (request: Partial<AuthorisationRequest> & Required) => Promise<boolean>;
type Required = Pick<AuthorisationRequest, 'ip' | 'token' | 'action' | 'path' | 'protocol'>;

/** How long the supervisor may think, in ms, before a request counts as refused. */
const CALLBACK_TIMEOUT = 5_000;

/** Who may publish and read: the supervisor decides, except for the engine's own FFmpeg. */
export class Authorisation {
  /** Token → the one path that it reads, from loopback alone. They exist in this process and nowhere else. */
  private readonly internal = new Map<string, string>();

  constructor(
    private readonly url: string | null,
    private readonly log: Log,
  ) {}

  /** @returns a token with which the engine's own FFmpeg reads this path until it is revoked */
  issue(path: string): string {
    const token = randomBytes(24).toString('base64url');
    this.internal.set(token, path);
    return token;
  }

  /** Whoever reads with it goes on; nobody begins to. */
  revoke(token: string): void {
    this.internal.delete(token);
  }

  readonly authorise: Authorise = async (request) => {
    if (this.isInternal(request)) return true;
    if (this.url === null) return false;
    const body: AuthorisationRequest = {
      user: '',
      password: '',
      id: '',
      query: '',
      userAgent: '',
      ...request,
    };
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(CALLBACK_TIMEOUT),
      });
      await answer.arrayBuffer();
      return answer.status >= 200 && answer.status < 300;
    } catch (error) {
      this.log('WAR', `[auth] the authorisation callback cannot be reached: ${messageOf(error)}`);
      return false;
    }
  };

  private isInternal(request: Required): boolean {
    return (
      request.action === 'read' && isLoopback(request.ip) && this.internal.get(request.token) === request.path
    );
  }
}

/** Whether it comes from this machine. */
export function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}

/** Node writes IPv4 clients of a dual-stack socket as `::ffff:192.0.2.1`. */
export function plainAddress(ip: string | undefined): string {
  return (ip ?? '').replace(/^::ffff:/, '');
}
