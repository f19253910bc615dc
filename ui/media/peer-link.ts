import { browserClock, type Clock } from './clock.ts';
import { RetryDelay } from './retry-delay.ts';
import { deleteResource, type Fetch, type MediaFailure, postOffer, SignallingError } from './signalling.ts';

/** `failed`: given up for good; `retrying`: waiting for the next attempt. */
export type LinkState = 'idle' | 'connecting' | 'connected' | 'retrying' | 'failed' | 'stopped';

/** What a link needs from the browser. */
export interface PeerDependencies {
  createPeerConnection: () => RTCPeerConnection;
  fetch: Fetch;
  clock: Clock;
  random?: () => number;
}

/** The real browser. No ICE servers: everything is on the LAN. */
export const browserPeer: PeerDependencies = {
  createPeerConnection: () => new RTCPeerConnection({ iceServers: [] }),
  fetch: (input, init) => fetch(input, init),
  clock: browserClock,
};

/** What WHIP and WHEP do differently. */
export interface PeerLinkHandlers {
  /** Adds the transceivers to a fresh connection. */
  prepare(pc: RTCPeerConnection): void;
  /** Last word on the offer; may throw a SignallingError. */
  shapeOffer?(sdp: string): string;
  /** Last word on the answer. */
  shapeAnswer?(sdp: string): string;
  /** Another delay than the growing one, ms, before the attempt that follows this failure. */
  retryAfter?(failure: MediaFailure): number | null;
  /** The answer is set; the connection is being made. */
  answered?(pc: RTCPeerConnection): void;
  connected(pc: RTCPeerConnection): void;
  /** This connection is gone; release what belongs to it. */
  closed(): void;
  state(state: LinkState): void;
  failure(failure: MediaFailure): void;
}

const gatheringLimit = 1000;
const connectLimit = 8000;
/** A short loss of radio mends itself; longer, and a new connection is quicker than waiting for `failed`. */
const disconnectedLimit = 2000;

/** A peer connection that is made by one POST and made again whenever it breaks, until stopped. */
export class PeerLink {
  #state: LinkState = 'idle';
  #pc: RTCPeerConnection | null = null;
  #resource: string | null = null;
  /** Rises with each attempt, so that late answers of an earlier one are recognised. */
  #attempt = 0;
  #cancelTimers: (() => void)[] = [];
  readonly #delay: RetryDelay;

  constructor(
    private readonly url: string,
    private readonly dependencies: PeerDependencies,
    private readonly handlers: PeerLinkHandlers,
  ) {
    this.#delay = new RetryDelay(500, 5000, dependencies.random);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The connection while it is usable. */
  get connection(): RTCPeerConnection | null {
    return this.#state === 'connected' ? this.#pc : null;
  }

  start(): void {
    if (this.#state === 'connecting' || this.#state === 'connected' || this.#state === 'retrying') return;
    this.#delay.reset();
    void this.#connect();
  }

  /** Ends the connection here and at the server. */
  stop(): void {
    this.#release();
    if (this.#state !== 'idle') this.#enter('stopped');
  }

  /** The server said that this connection is, or will be, cut: do not wait to notice. */
  reconnectNow(): void {
    if (this.#state === 'idle' || this.#state === 'stopped' || this.#state === 'failed') return;
    this.#delay.reset();
    void this.#connect();
  }

  /** Reports a fault that only the user of this link can see (no frames), and connects again. */
  fail(failure: MediaFailure): void {
    if (this.#state === 'connecting' || this.#state === 'connected') this.#failed(failure);
  }

  async #connect(): Promise<void> {
    this.#release();
    const attempt = this.#attempt;
    this.#enter('connecting');
    try {
      const pc = this.dependencies.createPeerConnection();
      this.#pc = pc;
      pc.onconnectionstatechange = () => this.#connectionChanged(pc);
      this.handlers.prepare(pc);
      const offer = await pc.createOffer();
      const shaped = this.handlers.shapeOffer?.(offer.sdp ?? '') ?? offer.sdp ?? '';
      await pc.setLocalDescription({ type: 'offer', sdp: shaped });
      await this.#gathered(pc);
      if (attempt !== this.#attempt) return;
      const { fetch, clock } = this.dependencies;
      const answer = await postOffer(fetch, clock, this.url, pc.localDescription?.sdp ?? shaped);
      if (attempt !== this.#attempt) {
        deleteResource(fetch, answer.resource);
        return;
      }
      this.#resource = answer.resource;
      this.#cancelTimers.push(
        clock.after(connectLimit, () => {
          if (this.#state === 'connecting') this.#failed({ code: 'ice_timeout', retryable: true });
        }),
      );
      const sdp = this.handlers.shapeAnswer?.(answer.sdp) ?? answer.sdp;
      await pc.setRemoteDescription({ type: 'answer', sdp });
      if (attempt === this.#attempt) this.handlers.answered?.(pc);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#failed(error instanceof SignallingError ? error : { code: 'connection_error', retryable: true });
      if (!(error instanceof SignallingError)) console.warn('media connection', error);
    }
  }

  /** Waits until the offer holds all addresses, or long enough: neither WHIP nor WHEP is asked to trickle here. */
  #gathered(pc: RTCPeerConnection): Promise<void> {
    if (pc.iceGatheringState === 'complete') return Promise.resolve();
    return new Promise((resolve) => {
      this.#cancelTimers.push(this.dependencies.clock.after(gatheringLimit, resolve), resolve);
      pc.onicegatheringstatechange = () => {
        if (pc.iceGatheringState === 'complete') resolve();
      };
    });
  }

  #connectionChanged(pc: RTCPeerConnection): void {
    if (pc !== this.#pc) return;
    switch (pc.connectionState) {
      case 'connected':
        this.#clearTimers();
        if (this.#state === 'connected') return;
        this.#delay.reset();
        this.#enter('connected');
        this.handlers.connected(pc);
        return;
      case 'disconnected':
        this.#cancelTimers.push(
          this.dependencies.clock.after(disconnectedLimit, () => {
            if (pc === this.#pc && pc.connectionState === 'disconnected') this.#failed(iceFailed);
          }),
        );
        return;
      case 'failed':
      case 'closed':
        this.#failed(iceFailed);
        return;
    }
  }

  #failed(failure: MediaFailure): void {
    const wasConnected = this.#state === 'connected';
    this.#release();
    if (!failure.retryable) {
      this.#enter('failed');
      this.handlers.failure(failure);
      return;
    }
    // Scheduled before anybody is told: a handler may stop this link.
    this.#cancelTimers.push(
      this.dependencies.clock.after(this.#waitAfter(failure, wasConnected), () => void this.#connect()),
    );
    this.#enter('retrying');
    this.handlers.failure(failure);
  }

  #waitAfter(failure: MediaFailure, wasConnected: boolean): number {
    // A connection that worked is tried again at once; only repeated failures wait.
    if (wasConnected && failure.code === 'ice_failed') return 0;
    return this.handlers.retryAfter?.(failure) ?? this.#delay.next();
  }

  #release(): void {
    this.#attempt += 1;
    this.#clearTimers();
    deleteResource(this.dependencies.fetch, this.#resource);
    this.#resource = null;
    const pc = this.#pc;
    this.#pc = null;
    if (pc === null) return;
    pc.onconnectionstatechange = null;
    pc.onicegatheringstatechange = null;
    pc.close();
    this.handlers.closed();
  }

  #clearTimers(): void {
    const cancels = this.#cancelTimers;
    this.#cancelTimers = [];
    for (const cancel of cancels) cancel();
  }

  #enter(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.handlers.state(state);
  }
}

const iceFailed: MediaFailure = { code: 'ice_failed', retryable: true };
