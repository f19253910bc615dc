/**
 * A patient without a mini-program, for odd streams, benches and whole machines: joins by the QR code's URL, pushes
 * H.264 + AAC by RTMP and plays the doctor's stream. An ordinary patient is `wechat/phone.ts`.
 */
import type { PhoneAdmission } from '../../server/consultations/phone-protocol.ts';
import { analyseSound, hashOf, soundRate } from './media/measure.ts';
import { audioEncoding, testPicture, testTone, videoEncoding } from './media/phone-stream.ts';
import { waitFor } from './wait.ts';

/** What the phone sends. */
export interface PushOptions {
  /** Seconds between keyframes; phones use 3–5. */
  keyframeEvery?: number;
  /** Hz of the tone that is sent. */
  tone?: number;
  size?: string;
  fps?: number;
  /** An FFmpeg filter for the picture. */
  picture?: string;
  /** Extra arguments for libx264, e.g. `['-bf', '2']`. */
  encoder?: string[];
  /** Send only one kind of track. */
  only?: 'video' | 'audio';
}

/** What live-player would show of a stream. */
export interface Played {
  video: { codec: string; width: number; height: number } | null;
  audio: { codec: string; sampleRate: number; channels: number } | null;
  /** Pictures that differ from the one before. */
  differentFrames: number;
  /** Mean level of the sound, dBFS. */
  level: number;
  /** The strongest frequency, Hz. */
  frequency: number;
}

/** Plays and throws away without decoding, which costs hardly anything. */
export function playRtmp(url: string): { stop: () => Promise<void> } {
  const args = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-i', url, '-c', 'copy', '-f', 'null', '-'];
  const child = Bun.spawn(['ffmpeg', ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  return {
    stop: async () => {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}

/** One phone. */
export class SimulatedPatient {
  readonly #children = new Set<Bun.Subprocess>();
  /** Ends of what is started again and again. */
  readonly #endings: (() => Promise<void>)[] = [];
  readonly nonce = crypto.randomUUID();
  admission: PhoneAdmission | null = null;

  /** @param pairingUrl what the QR code holds */
  constructor(private readonly pairingUrl: string) {}

  /** Redeems the code. @throws Error with the answer when it is refused */
  async join(): Promise<PhoneAdmission> {
    const response = await this.redeem();
    if (!response.ok) throw new Error(`redeem answered ${response.status}: ${await response.text()}`);
    this.admission = (await response.json()) as PhoneAdmission;
    return this.admission;
  }

  redeem(): Promise<Response> {
    const url = new URL(this.pairingUrl);
    const token = url.pathname.split('/').at(-1);
    return fetch(`${url.origin}/api/pairings/${token}/redeem`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ clientNonce: this.nonce }),
    });
  }

  get pushUrl(): string {
    return required(this.admission?.pushUrl, 'pushUrl');
  }

  get playUrl(): string {
    return required(this.admission?.playUrl, 'playUrl');
  }

  /** Pushes until `stop`. @returns ends this push alone */
  push(options: PushOptions = {}): { stop: () => Promise<void>; exited: Promise<number> } {
    const child = this.#ffmpeg(
      ...['-loglevel', 'error', ...pushArguments(options), '-f', 'flv', this.pushUrl],
    );
    return { stop: () => this.#end(child), exited: child.exited };
  }

  /** Keeps pushing as live-pusher does: again after each end, until `stop`. */
  keepPushing(options: PushOptions = {}): { stop: () => Promise<void> } {
    return this.#keep(() => this.push(options));
  }

  /** Pushes a recorded stream again and again, which costs no encoder, until `stop`. @param file FLV, H.264 + AAC */
  keepPushingFile(file: string): void {
    const input = ['-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', file];
    const output = ['-c', 'copy', '-f', 'flv', '-flvflags', 'no_duration_filesize', this.pushUrl];
    this.#ffmpeg(...input, ...output);
  }

  /** Plays until `stop`; for a test that only wants a reader to be there. */
  play(): void {
    this.#endings.push(playRtmp(this.playUrl).stop);
  }

  /** Plays for some seconds and measures what was seen and heard; tries again until the stream is there. */
  async watch(seconds = 3): Promise<Played> {
    return await waitFor('the patient plays the doctor’s stream', () => this.#watchOnce(seconds), {
      limit: 90_000,
      interval: 300,
    });
  }

  /** Ends everything that this patient does. */
  async stop(): Promise<void> {
    await Promise.all(this.#endings.map((end) => end()));
    await Promise.all([...this.#children].map((child) => this.#end(child)));
  }

  /** Starts again 200 ms after each end. */
  #keep(start: () => Running): { stop: () => Promise<void> } {
    let current = start();
    let stopped = false;
    const loop = (async () => {
      for (;;) {
        await current.exited;
        await Bun.sleep(200);
        if (stopped) return;
        current = start();
      }
    })();
    const stop = async () => {
      stopped = true;
      await current.stop();
      await loop;
    };
    this.#endings.push(stop);
    return { stop };
  }

  async #watchOnce(seconds: number): Promise<Played | null> {
    const probe = Bun.spawn(
      ['ffprobe', '-v', 'error', '-show_streams', '-of', 'json', '-analyzeduration', '2000000', this.playUrl],
      { stdout: 'pipe', stderr: 'ignore', timeout: 15_000 },
    );
    const text = await new Response(probe.stdout).text();
    if ((await probe.exited) !== 0) return null;
    const { streams } = JSON.parse(text) as { streams: Record<string, string | number>[] };
    const video = streams.find((stream) => stream.codec_type === 'video');
    const audio = streams.find((stream) => stream.codec_type === 'audio');
    const recorded = await record(this.playUrl, seconds);
    if (recorded === null) return null;
    return {
      video: video
        ? { codec: String(video.codec_name), width: Number(video.width), height: Number(video.height) }
        : null,
      audio: audio
        ? {
            codec: String(audio.codec_name),
            sampleRate: Number(audio.sample_rate),
            channels: Number(audio.channels),
          }
        : null,
      ...recorded,
    };
  }

  #ffmpeg(...args: string[]) {
    const child = Bun.spawn(['ffmpeg', '-hide_banner', '-nostdin', ...args], {
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'ignore',
    });
    this.#children.add(child);
    void child.exited.then(() => this.#children.delete(child));
    return child;
  }

  async #end(child: Bun.Subprocess): Promise<void> {
    child.kill('SIGKILL');
    await child.exited;
  }
}

type Running = { stop: () => Promise<void>; exited: Promise<number> };

function required(value: string | null | undefined, name: string): string {
  if (!value) throw new Error(`${name}: the patient is not admitted`);
  return value;
}

/** Test picture and tone as live-pusher would encode them. */
export function pushArguments(options: PushOptions = {}): string[] {
  const { keyframeEvery = 1, tone = 440, size = '640x480', fps = 30, encoder = [], only } = options;
  const gop = Math.round(keyframeEvery * fps);
  const [video, audio] = [only !== 'audio', only !== 'video'];
  return [
    ...(video ? testPicture(options.picture ?? `testsrc2=size=${size}:rate=${fps}`) : []),
    ...(audio ? [...testTone(tone), '-af', 'volume=4'] : []),
    ...(video ? videoEncoding({ gop, rate: 800, more: encoder }) : []),
    ...(audio ? audioEncoding({ audioRate: 64, sampleRate: 48_000 }) : []),
  ];
}

/** Records a stream and measures moving pictures, level and the strongest frequency. */
async function record(
  url: string,
  seconds: number,
): Promise<Pick<Played, 'differentFrames' | 'level' | 'frequency'> | null> {
  const child = Bun.spawn(
    [
      ...['ffmpeg', '-hide_banner', '-nostdin', '-loglevel', 'error', '-t', String(seconds), '-i', url],
      ...['-map', '0:v:0', '-vf', 'fps=10,scale=64:48', '-f', 'framemd5', 'pipe:1'],
      ...['-map', '0:a:0', '-ac', '1', '-ar', String(soundRate), '-f', 's16le', 'pipe:2'],
    ],
    { stdout: 'pipe', stderr: 'pipe', stdin: 'ignore', timeout: 40_000 },
  );
  const [frames, sound] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).arrayBuffer(),
  ]);
  if ((await child.exited) !== 0) return null;
  const hashes = frames
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(hashOf);
  const samples = new Int16Array(sound.slice(0, sound.byteLength - (sound.byteLength % 2)));
  return { differentFrames: new Set(hashes).size, ...analyseSound(samples, soundRate) };
}
