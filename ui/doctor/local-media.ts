import {
  browserDevices,
  type DeviceChoice,
  type DeviceDependencies,
  DeviceError,
  type DeviceList,
  listDevices,
  openDevices,
} from '../media/devices.ts';
import { recall, remember } from '../shared/storage.ts';

/** The doctor's camera and microphone: opened once, remembered, switched, muted. */
export class LocalMedia {
  #stream: MediaStream | null = null;
  #muted = false;
  #cameraOff = false;
  /** What was asked for last: what the choices show while nothing is open. */
  #asked: DeviceChoice = {};
  /** Rises with each open and close: what was asked for before must not stay open. */
  #generation = 0;
  #listeners = new Set<() => void>();

  constructor(private readonly devices: DeviceDependencies = browserDevices()) {}

  get stream(): MediaStream | null {
    return this.#stream;
  }

  get muted(): boolean {
    return this.#muted;
  }

  get cameraOff(): boolean {
    return this.#cameraOff;
  }

  /** A device was unplugged or taken away: its track gives nothing any more. */
  get broken(): boolean {
    return this.#stream?.getTracks().some((track) => track.readyState === 'ended') ?? false;
  }

  /** Whether a microphone is open, works and is not muted. */
  get sendsSound(): boolean {
    return sends(this.#stream?.getAudioTracks());
  }

  /** Whether a camera is open, works and is not off. */
  get sendsPicture(): boolean {
    return sends(this.#stream?.getVideoTracks());
  }

  get cameraId(): string {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? this.#asked.cameraId ?? '';
  }

  get microphoneId(): string {
    return this.#stream?.getAudioTracks()[0]?.getSettings().deviceId ?? this.#asked.microphoneId ?? '';
  }

  /** Calls back when anything above changed; the answer ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Opens the devices that were chosen now or remembered; what was open before is closed first,
   * because many cameras serve one user only.
   * @throws DeviceError
   */
  async open(choice: DeviceChoice = {}): Promise<MediaStream> {
    this.close();
    const generation = this.#generation;
    this.#asked = { ...rememberedDevices(), ...choice };
    const stream = await openDevices(this.devices, this.#asked);
    if (generation !== this.#generation) {
      // Closed, or opened anew, while the browser asked: the camera's light must not stay on.
      for (const track of stream.getTracks()) track.stop();
      throw new DeviceError('permission_dismissed', 'superseded');
    }
    this.#stream = stream;
    for (const track of stream.getTracks()) {
      track.enabled = track.kind === 'audio' ? !this.#muted : !this.#cameraOff;
      track.addEventListener('ended', () => this.#changed());
    }
    rememberDevices({ cameraId: this.cameraId, microphoneId: this.microphoneId });
    this.#changed();
    return stream;
  }

  list(): Promise<DeviceList> {
    return listDevices(this.devices);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !muted;
    this.#changed();
  }

  /** The camera stays open and sends black: the stream and its size must not change. */
  setCameraOff(off: boolean): void {
    this.#cameraOff = off;
    for (const track of this.#stream?.getVideoTracks() ?? []) track.enabled = !off;
    this.#changed();
  }

  /** Lets the devices go; the next patient is neither muted nor dark because the last one was. */
  reset(): void {
    this.#muted = false;
    this.#cameraOff = false;
    this.close();
  }

  close(): void {
    this.#generation += 1;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function sends(tracks: MediaStreamTrack[] | undefined): boolean {
  return tracks?.some((track) => track.enabled && track.readyState === 'live') ?? false;
}

function rememberedDevices(): DeviceChoice {
  try {
    return JSON.parse(recall('devices') ?? '{}') as DeviceChoice;
  } catch (error) {
    console.debug('devices not remembered', error);
    return {};
  }
}

function rememberDevices({ cameraId, microphoneId }: Required<DeviceChoice>): void {
  const choice: DeviceChoice = {
    ...(cameraId === '' ? {} : { cameraId }),
    ...(microphoneId === '' ? {} : { microphoneId }),
  };
  remember('devices', JSON.stringify(choice));
}
