import {
  browserDevices,
  type DeviceChoice,
  type DeviceDependencies,
  type DeviceList,
  listDevices,
  openDevices,
} from '../media/devices.ts';

const storageKey = 'consultbox.devices';

/** The doctor's camera and microphone: opened once, remembered, switched, muted. */
export class LocalMedia {
  #stream: MediaStream | null = null;
  #muted = false;
  #cameraOff = false;
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

  get cameraId(): string {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? '';
  }

  get microphoneId(): string {
    return this.#stream?.getAudioTracks()[0]?.getSettings().deviceId ?? '';
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
    const stream = await openDevices(this.devices, { ...remembered(), ...choice });
    this.#stream = stream;
    for (const track of stream.getTracks()) {
      track.enabled = track.kind === 'audio' ? !this.#muted : !this.#cameraOff;
      track.addEventListener('ended', () => this.#changed());
    }
    remember({ cameraId: this.cameraId, microphoneId: this.microphoneId });
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

  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function remembered(): DeviceChoice {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as DeviceChoice;
  } catch (error) {
    console.debug('devices not remembered', error);
    return {};
  }
}

function remember({ cameraId, microphoneId }: Required<DeviceChoice>): void {
  const choice: DeviceChoice = {
    ...(cameraId === '' ? {} : { cameraId }),
    ...(microphoneId === '' ? {} : { microphoneId }),
  };
  localStorage.setItem(storageKey, JSON.stringify(choice));
}
