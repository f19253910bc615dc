/** Who is connected, over every protocol: what the Control API lists and kicks. */
/** The Control API's lists: `/v3/<kind>/list`. */
export const sessionKinds = ['rtmpconns', 'webrtcsessions', 'rtspsessions', 'hlssessions'] as const;
/** One of them. */
export type SessionKind = (typeof sessionKinds)[number];

/** MediaMTX's names in `source.type` and `readers[].type` of a path. */
const peerTypes: Record<SessionKind, string> = {
  rtmpconns: 'rtmpConn',
  webrtcsessions: 'webRTCSession',
  rtspsessions: 'rtspSession',
  hlssessions: 'hlsSession',
};

/** One connection of one client; lives in the registry from `add` to `close`. */
export interface Session {
  readonly id: string;
  readonly kind: SessionKind;
  /** Empty until the client said which. */
  path: string;
  state: 'idle' | 'publish' | 'read';
  /** `ip:port`. */
  readonly remoteAddr: string;
  readonly created: Date;
  bytesReceived: number;
  bytesSent: number;
  /** Ends the connection; calling it again does nothing. */
  close(reason: string): void;
}

/** Something that publishes or reads a path; the engine's HLS muxer is a reader without a session. */
export interface Peer {
  readonly id: string;
  readonly type: string;
  close(reason: string): void;
}

/** A session as what publishes or reads a path. */
export function peerOf(session: Session): Peer {
  return { id: session.id, type: peerTypes[session.kind], close: (reason) => session.close(reason) };
}

/** All sessions that are open. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Session>();

  add(session: Session): void {
    this.sessions.set(session.id, session);
  }

  remove(session: Session): void {
    this.sessions.delete(session.id);
  }

  list(kind: SessionKind): Session[] {
    return [...this.sessions.values()].filter((session) => session.kind === kind);
  }

  find(kind: SessionKind, id: string): Session | undefined {
    const session = this.sessions.get(id);
    return session?.kind === kind ? session : undefined;
  }

  /** Ends every session. */
  closeAll(reason: string): void {
    for (const session of [...this.sessions.values()]) session.close(reason);
  }
}
