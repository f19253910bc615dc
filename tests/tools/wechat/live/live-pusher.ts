/**
 * live-pusher: FFmpeg sends by RTMP what a phone's camera and microphone would, with the element's attributes. The
 * front camera sees a test picture with a red corner, the back camera its negative; the microphone hears a tone.
 */

import { eachLine } from '../../media/measure.ts';
import { encodingArguments, testPicture, testTone } from '../../media/phone-stream.ts';
import type { NativeElement } from '../native.ts';
import { type Callbacks, fail, succeed } from '../wx/callbacks.ts';
import type { Handset } from '../wx/handset.ts';
import { type Ffmpeg, type Progress, progressReader, runFfmpeg } from './ffmpeg.ts';
import { type ConnectionEnd, every, LiveComponent, statusEvery } from './live-component.ts';

/** Pictures a second where the page says nothing. */
const usualFps = 15;

/** kbit/s of AAC. */
const audioRate = 64;

/** A connection through which nothing goes is given up after so long, ms. */
const silence = 6000;

/** Pictures of the modes whose size is their own, width × height. */
const sizes: Record<string, [number, number]> = { SD: [360, 640], HD: [540, 960], FHD: [720, 1280] };

/** What FFmpeg says of a connection that failed, in the component's codes. */
const failures: [RegExp, number, string][] = [
  [/Connection refused|No route to host|Network is unreachable|timed out/i, 3002, 'connecting failed'],
  [/Server error/i, 3004, 'server closed'],
  [/./, 3005, 'reading or writing failed'],
];

const onOff = (on: boolean) => (on ? '1' : '0');

/** How loud a tone the microphone hears; FFmpeg's own is very quiet. */
const gain = '4';

export class LivePusher extends LiveComponent {
  /** Hz of the tone that the microphone hears. */
  tone = 440;
  #ffmpeg: Ffmpeg | null = null;
  #cameraOpen = false;
  #front = true;
  #sent = { microphone: true, camera: true };

  constructor(element: NativeElement, handset: Handset) {
    super(element, handset, { reconnecting: 1102, givenUp: -1307, putAside: 5000 });
  }

  /** What `wx.createLivePusherContext()` gives. */
  readonly context = {
    startPreview: (options?: Callbacks) => {
      if (this.#openCamera()) succeed('operateLivePusher', options);
      else fail('operateLivePusher', options, 'system permission denied');
    },
    start: (options?: Callbacks) => {
      if (this.url === '') return fail('operateLivePusher', options, 'url is empty');
      if (!this.#openCamera()) return fail('operateLivePusher', options, 'system permission denied');
      this.begin();
      return succeed('operateLivePusher', options);
    },
    stop: (options?: Callbacks) => {
      this.#cameraOpen = false;
      this.halt();
      succeed('operateLivePusher', options);
    },
    switchCamera: (options?: Callbacks) => {
      this.#front = !this.#front;
      this.#ffmpeg?.command('negate@back', 'enable', onOff(!this.#front));
      succeed('operateLivePusher', options);
    },
  };

  get url(): string {
    return String(this.attribute('url') ?? '');
  }

  get microphone(): boolean {
    return this.attribute('enable-mic') !== false;
  }

  get camera(): boolean {
    return this.attribute('enable-camera') !== false;
  }

  /** Attributes have changed: microphone and camera go on or off without a new connection. */
  changed(): void {
    if (this.#sent.microphone !== this.microphone) {
      this.#sent.microphone = this.microphone;
      this.#ffmpeg?.command('volume@microphone', 'volume', this.microphone ? gain : '0');
      if (this.handset.platform === 'ios') this.state(4998, 'enable-mic was switched');
    }
    if (this.#sent.camera !== this.camera) {
      this.#sent.camera = this.camera;
      this.#ffmpeg?.command('drawbox@dark', 'enable', onOff(!this.camera));
    }
  }

  override putAside(code?: number): void {
    super.putAside(code);
    this.#cameraOpen = false;
  }

  #openCamera(): boolean {
    if (this.#cameraOpen) return true;
    const { grants, system } = this.handset;
    const allowed = {
      camera: grants.get('scope.camera') === true && system.camera,
      microphone: grants.get('scope.record') === true && system.microphone,
    };
    for (const [device, error, code] of [
      ['camera', 10_001, -1301],
      ['microphone', 10_002, -1302],
    ] as const) {
      if (allowed[device]) continue;
      this.element.emit('error', { errCode: error, errMsg: `the user forbids the ${device}` });
      this.state(code, `opening the ${device} failed`);
      return false;
    }
    this.#cameraOpen = true;
    this.state(1003, 'camera opened');
    this.state(1007, 'first picture captured');
    return true;
  }

  protected disconnect(): void {
    this.#ffmpeg?.kill();
  }

  protected async connect(): Promise<ConnectionEnd> {
    if (this.handset.connection.kind === 'none') return { ran: false, code: 3002, message: 'no network' };
    let last: Progress = { frames: 0, bytes: 0 };
    let movedAt = performance.now();
    let said = '';
    let connected = false;
    const ffmpeg = runFfmpeg(this.#arguments(), (line) => {
      if (!line.startsWith('Enter command') && !line.startsWith('Command reply')) said += `${line}\n`;
    });
    this.#ffmpeg = ffmpeg;
    void eachLine(
      ffmpeg.stdout,
      progressReader((now) => {
        if (now.bytes > last.bytes) movedAt = performance.now();
        last = now;
        // Nothing is written before the server has accepted the stream.
        if (connected || now.bytes === 0) return;
        connected = true;
        this.state(1001, 'connected to the server');
        this.state(1008, 'encoder started');
        this.state(1002, 'pushing');
      }),
    );
    const stopStatus = this.#reportStatus(() => last);
    const stopWatching = every(500, () => {
      if (performance.now() - movedAt > silence) ffmpeg.kill();
    });
    await ffmpeg.exited;
    stopStatus();
    stopWatching();
    // Another may run by now.
    if (this.#ffmpeg === ffmpeg) this.#ffmpeg = null;
    const [, code, message] = failures.find(([pattern]) => pattern.test(said || '?')) ?? [/./, 3005, ''];
    return { ran: connected, code, message: `${message}: ${said.trim().slice(-100)}` };
  }

  #reportStatus(progress: () => Progress): () => void {
    let before = { ...progress(), at: performance.now() };
    return every(statusEvery, () => {
      const now = { ...progress(), at: performance.now() };
      const seconds = (now.at - before.at) / 1000;
      const rate = Math.round(((now.bytes - before.bytes) * 8) / 1000 / seconds);
      const fps = Math.round((now.frames - before.frames) / seconds);
      before = now;
      const [videoWidth, videoHeight] = this.#size();
      const audioBitrate = Math.min(audioRate, rate);
      // What was captured could not be sent. A dark picture needs little, and is no sign of a slow network.
      const late =
        rate < Number(this.attribute('min-bitrate') ?? 200) &&
        fps < Number(this.attribute('fps') ?? usualFps) / 2;
      this.element.emit('netstatus', {
        info: {
          ...{ videoBitrate: rate - audioBitrate, audioBitrate, videoFPS: fps, videoGOP: 3 },
          ...{ netSpeed: rate, netJitter: 0, netQualityLevel: late ? 5 : 1 },
          ...{ videoWidth, videoHeight, videoCache: 0, audioCache: 0 },
        },
      });
      if (late) this.state(1101, 'upload too narrow');
    });
  }

  #size(): [number, number] {
    const own = sizes[String(this.attribute('mode') ?? 'RTC')];
    return (
      own ?? [Number(this.attribute('video-width') ?? 360), Number(this.attribute('video-height') ?? 640)]
    );
  }

  #arguments(): string[] {
    const [width, height] = this.#size();
    const fps = Number(this.attribute('fps') ?? usualFps);
    const rate = Number(this.attribute('max-bitrate') ?? 1000);
    const sampleRate = this.attribute('audio-quality') === 'low' ? 16_000 : 48_000;
    this.#sent = { microphone: this.microphone, camera: this.camera };
    const picture = [
      'drawbox=x=0:y=0:w=iw/4:h=ih/4:color=red:t=fill',
      `negate@back=enable=${onOff(!this.#front)}`,
      `drawbox@dark=color=black:t=fill:enable=${onOff(!this.camera)}`,
    ];
    return [
      ...['-loglevel', 'error', '-progress', 'pipe:1', '-stats_period', '0.2'],
      ...testPicture(`testsrc2=size=${width}x${height}:rate=${fps}`),
      ...testTone(this.tone),
      ...['-vf', picture.join(','), '-af', `volume@microphone=${this.microphone ? gain : '0'}`],
      ...encodingArguments({ gop: 3 * fps, rate, audioRate, sampleRate }),
      ...['-f', 'flv', this.url],
    ];
  }
}
