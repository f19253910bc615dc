/** live-player: FFmpeg pulls `src` and decodes it; what came out of it is what the patient sees and hears. */
import { analyseSound, hashOf, soundRate } from '../../media/measure.ts';
import type { NativeElement } from '../native.ts';
import { type Callbacks, fail, succeed } from '../wx/callbacks.ts';
import type { Handset } from '../wx/handset.ts';
import { type Ffmpeg, runFfmpeg } from './ffmpeg.ts';
import { type ConnectionEnd, every, LiveComponent, statusEvery } from './live-component.ts';

/** What a stream is made of, as the player found it. */
export interface Tracks {
  video: { codec: string; width: number; height: number } | null;
  audio: { codec: string; sampleRate: number } | null;
}

/** What the patient has in front of him right now. */
export interface Heard {
  /** Mean level of the last second, dBFS; silence is below -100. */
  level: number;
  /** The strongest frequency, Hz. */
  frequency: number;
}

/** Without any sound for so long it loads, stalls, is lost, ms. */
const waits = { loading: 1500, stalled: 3000, lost: 8000 };

export class LivePlayer extends LiveComponent {
  /** Pictures shown that differ from the one before. */
  pictures = 0;
  tracks: Tracks = { video: null, audio: null };
  #shown = 0;
  /** Bytes. */
  readonly #received = { video: 0, audio: 0 };
  #muted = false;
  #silent = false;
  #sound = new Int16Array(0);
  #ffmpeg: Ffmpeg | null = null;

  constructor(element: NativeElement, handset: Handset) {
    super(element, handset, { reconnecting: 2103, givenUp: -2301, putAside: 6000 });
  }

  /** What `wx.createLivePlayerContext(id)` gives. */
  readonly context = {
    play: (options?: Callbacks) => {
      if (this.src === '') return fail('operateLivePlayer', options, 'src is empty');
      this.#silent = this.handset.silentUntilTapped && !this.handset.tapping;
      this.begin();
      return succeed('operateLivePlayer', options);
    },
    stop: (options?: Callbacks) => {
      this.halt();
      succeed('operateLivePlayer', options);
    },
    resume: (options?: Callbacks) => succeed('operateLivePlayer', options),
    mute: (options?: Callbacks) => {
      this.#muted = !this.#muted;
      succeed('operateLivePlayer', options);
    },
  };

  get src(): string {
    return String(this.attribute('src') ?? '');
  }

  /** Where the sound comes out. */
  get soundMode(): 'speaker' | 'ear' {
    return this.attribute('sound-mode') === 'ear' ? 'ear' : 'speaker';
  }

  /** The last second. */
  heard(): Heard {
    const silent = this.#muted || this.#silent || !this.running;
    return analyseSound(silent ? new Int16Array(0) : this.#sound, soundRate);
  }

  protected disconnect(): void {
    this.#ffmpeg?.kill();
  }

  protected async connect(): Promise<ConnectionEnd> {
    if (this.handset.connection.kind === 'none') return { ran: false, code: 3002, message: 'no network' };
    let said = '';
    let opened = false;
    let playing = false;
    let heardAt = performance.now();
    let waiting: 'no' | 'loading' | 'stalled' = 'no';
    this.#sound = new Int16Array(0);
    const ffmpeg = runFfmpeg(this.#arguments(), (line) => {
      const packet = /^([01]),.*?,\s*(\d+), 0x/.exec(line);
      if (packet !== null) {
        const side = packet[1] === '0' ? 'video' : 'audio';
        this.#received[side] += Number(packet[2]);
      } else if (/^0,/.test(line)) {
        if (!playing) {
          playing = true;
          for (const [code, message] of [
            [2003, 'first keyframe'],
            [2004, 'playing'],
          ] as const)
            this.state(code, message);
        }
        this.#show(hashOf(line));
      } else if (line.startsWith('#') && !opened) {
        opened = true;
        this.state(2001, 'connected to the server');
        this.state(2002, 'pulling');
      } else {
        this.#readTrack(line);
        if (/error|refused|failed/i.test(line)) said = line;
      }
    });
    this.#ffmpeg = ffmpeg;
    void this.#listen(ffmpeg.stdout, () => {
      heardAt = performance.now();
      if (waiting !== 'no') this.state(2004, 'playing');
      waiting = 'no';
    });
    const stopStatus = this.#reportStatus();
    const stopWatching = every(500, () => {
      const silentFor = performance.now() - heardAt;
      if (silentFor > waits.lost) ffmpeg.kill();
      else if (playing && silentFor > waits.stalled && waiting === 'loading') {
        waiting = 'stalled';
        this.state(2105, 'stalled');
      } else if (playing && silentFor > waits.loading && waiting === 'no') {
        waiting = 'loading';
        this.state(2007, 'loading');
      }
    });
    await ffmpeg.exited;
    stopStatus();
    stopWatching();
    // Another may run by now.
    if (this.#ffmpeg === ffmpeg) this.#ffmpeg = null;
    return { ran: playing, code: /refused/.test(said) ? 3002 : 3005, message: said.slice(-100) };
  }

  #lastHash = '';

  #show(hash: string): void {
    this.#shown += 1;
    if (hash !== this.#lastHash) this.pictures += 1;
    this.#lastHash = hash;
  }

  /** As FFmpeg describes its input; its outputs' lines come later and are raw. */
  #readTrack(line: string): void {
    const video = /Stream #0:\d+.*: Video: (h264)\b.*?, (\d{2,5})x(\d{2,5})/.exec(line);
    if (video !== null) {
      const [, codec = '', width, height] = video;
      this.tracks = { ...this.tracks, video: { codec, width: Number(width), height: Number(height) } };
    }
    const audio = /Stream #0:\d+.*: Audio: (aac)\b.*?, (\d+) Hz/.exec(line);
    if (audio !== null) {
      const [, codec = '', sampleRate] = audio;
      this.tracks = { ...this.tracks, audio: { codec, sampleRate: Number(sampleRate) } };
    }
  }

  async #listen(stream: ReadableStream<Uint8Array<ArrayBuffer>>, hear: () => void): Promise<void> {
    let odd = new Uint8Array(0);
    const reader = stream.getReader();
    for (;;) {
      const { done, value: chunk } = await reader.read();
      if (done) return;
      hear();
      const all = Buffer.concat([odd, chunk]);
      const even = all.length - (all.length % 2);
      odd = new Uint8Array(all.subarray(even));
      const samples = new Int16Array(even / 2);
      for (let at = 0; at < samples.length; at += 1) samples[at] = all.readInt16LE(at * 2);
      const kept = new Int16Array(this.#sound.length + samples.length);
      kept.set(this.#sound);
      kept.set(samples, this.#sound.length);
      this.#sound = kept.slice(Math.max(0, kept.length - soundRate));
    }
  }

  #reportStatus(): () => void {
    const look = () => ({ shown: this.#shown, ...this.#received, at: performance.now() });
    let before = look();
    return every(statusEvery, () => {
      const now = look();
      const seconds = (now.at - before.at) / 1000;
      const rate = (side: 'video' | 'audio') => Math.round(((now[side] - before[side]) * 8) / 1000 / seconds);
      const [videoBitrate, audioBitrate] = [rate('video'), rate('audio')];
      const videoFPS = Math.round((now.shown - before.shown) / seconds);
      before = now;
      const { width = 0, height = 0 } = this.tracks.video ?? {};
      this.element.emit('netstatus', {
        info: {
          ...{ videoBitrate, audioBitrate, videoFPS, netSpeed: videoBitrate + audioBitrate },
          ...{ videoWidth: width, videoHeight: height, netJitter: 0, netQualityLevel: 1 },
        },
      });
    });
  }

  #arguments(): string[] {
    return [
      // No player waits for 40 pictures to know their rate; FFmpeg would, two seconds long.
      ...['-nostats', '-fflags', 'nobuffer', '-fpsprobesize', '0', '-i', this.src],
      ...['-map', '0:v:0', '-vsync', 'passthrough', '-vf', 'scale=160:120'],
      ...['-flush_packets', '1', '-f', 'framehash', '-hash', 'adler32', 'pipe:2'],
      ...['-map', '0:a:0', '-ac', '1', '-ar', String(soundRate), '-flush_packets', '1'],
      ...['-f', 's16le', 'pipe:1'],
      // What comes over the network, packet by packet, to be counted.
      ...['-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', '-flush_packets', '1', '-f', 'framecrc', 'pipe:2'],
    ];
  }
}
