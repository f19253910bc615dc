/** Stand-ins for the browser, for the tests of the players: time, connections, a server. */
import type HlsLibrary from 'hls.js';
import type { Clock } from './clock.ts';

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; every: number | null; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add(ms, null, callback);
  }

  every(ms: number, callback: () => void): () => void {
    return this.#add(ms, ms, callback);
  }

  /** Lets time pass; promises that are settled on the way run too. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = next.at;
      if (next.every === null) this.#timers = this.#timers.filter((timer) => timer !== next);
      else next.at += next.every;
      next.run();
    }
    this.#now = end;
    await settle();
  }

  #add(ms: number, every: number | null, run: () => void): () => void {
    const timer = { at: this.#now + ms, every, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }
}

/** Runs what waits for settled promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

/** A connection whose state and statistics the test sets. */
export class FakePeerConnection {
  connectionState = 'new';
  iceGatheringState = 'complete';
  localDescription: { sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onicegatheringstatechange: (() => void) | null = null;
  ontrack: ((event: { track: unknown; streams: unknown[] }) => void) | null = null;
  closed = false;
  remote: { sdp?: string } | null = null;
  stats: Record<string, unknown>[] = [];
  readonly transceivers: { kind: string; direction: string | undefined }[] = [];
  /** What its senders were told, oldest first. */
  readonly tuned: { degradationPreference?: string; keyFrame: boolean }[] = [];
  /** The tracks that its senders were given later. */
  readonly replaced: unknown[] = [];

  constructor(private readonly offer: string) {}

  addTransceiver(trackOrKind: string | { kind: string }, init?: { direction?: string }): object {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    this.transceivers.push({ kind, direction: init?.direction });
    const sender = {
      track: trackOrKind,
      getParameters: () => ({ encodings: [{}] }),
      setParameters: (
        parameters: RTCRtpSendParameters,
        options?: { encodingOptions?: { keyFrame?: boolean }[] },
      ) => {
        const { degradationPreference } = parameters;
        const keyFrame = options?.encodingOptions?.[0]?.keyFrame === true;
        this.tuned.push({
          keyFrame,
          ...(degradationPreference === undefined ? {} : { degradationPreference }),
        });
        return Promise.resolve();
      },
      replaceTrack: (track: unknown) => {
        this.replaced.push(track);
        return Promise.resolve();
      },
    };
    return { sender, receiver: { track: { kind } }, mid: null };
  }

  createOffer(): Promise<{ sdp: string }> {
    return Promise.resolve({ sdp: this.offer });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  setRemoteDescription(description: { sdp?: string }): Promise<void> {
    this.remote = description;
    return Promise.resolve();
  }

  getStats(): Promise<Map<string, Record<string, unknown>>> {
    return Promise.resolve(new Map(this.stats.map((each, index) => [String(index), each])));
  }

  getSenders(): unknown[] {
    return [];
  }

  close(): void {
    this.closed = true;
  }

  /** Enters a state, as the browser would. */
  enter(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** A browser that makes fake connections, and a server that answers as the test says. */
export class FakeWorld {
  readonly clock = new FakeClock();
  readonly connections: FakePeerConnection[] = [];
  readonly requests: { method: string; url: string; body: string }[] = [];
  /** The answer to the next offers. */
  answer: (signal?: AbortSignal | null) => Response | Promise<Response> = () =>
    new Response('v=0 answer', { status: 201, headers: { Location: '/session/1' } });
  offer = 'v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 H264/90000\r\n';

  readonly dependencies = {
    clock: this.clock,
    random: () => 0.5,
    createPeerConnection: () => {
      const connection = new FakePeerConnection(this.offer);
      this.connections.push(connection);
      return connection as unknown as RTCPeerConnection;
    },
    createMediaStream: () => {
      const tracks: unknown[] = [];
      return {
        addTrack: (track: unknown) => tracks.push(track),
        getTracks: () => tracks,
      } as unknown as MediaStream;
    },
    fetch: (url: string, init?: RequestInit) => {
      this.requests.push({ method: init?.method ?? 'GET', url, body: String(init?.body ?? '') });
      return Promise.resolve(init?.method === 'DELETE' ? new Response() : this.answer(init?.signal));
    },
    videoCapabilities: () => null,
    loadHls: () => Promise.reject(new Error('no HLS in this test')),
  };

  /** The newest connection. */
  get last(): FakePeerConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('no connection was made');
    return connection;
  }
}

type HlsFailure = { fatal: boolean; type: string };

/** hls.js as far as the player uses it; `done` is what was done to it, across all instances. */
export class FakeHls {
  static done: string[] = [];
  static #fail: (failure: HlsFailure) => void = () => undefined;
  static supported = true;
  static isSupported = () => FakeHls.supported;
  static Events = { ERROR: 'error' };
  static ErrorTypes = { NETWORK_ERROR: 'network', MEDIA_ERROR: 'media' };
  static latest: FakeHls | null = null;

  levels: object[] = [{}];
  liveSyncPosition: number | null = 50;
  latency = 2;

  constructor() {
    FakeHls.latest = this;
  }

  /** Begins anew; to be called before each test. */
  static reset(): void {
    FakeHls.done = [];
    FakeHls.supported = true;
    FakeHls.latest = null;
  }

  /** The newest instance reports an error. */
  static fail(failure: HlsFailure): void {
    FakeHls.#fail(failure);
  }

  /** What `import('hls.js')` gives. */
  static load = () => Promise.resolve(FakeHls as unknown as typeof HlsLibrary);

  on(_event: string, listener: (name: string, failure: HlsFailure) => void): void {
    FakeHls.#fail = (failure) => listener('error', failure);
  }

  loadSource = () => FakeHls.done.push('loadSource');
  attachMedia = () => FakeHls.done.push('attachMedia');
  startLoad = () => FakeHls.done.push('startLoad');
  recoverMediaError = () => FakeHls.done.push('recoverMediaError');
  swapAudioCodec = () => FakeHls.done.push('swapAudioCodec');
  destroy = () => FakeHls.done.push('destroy');
}
