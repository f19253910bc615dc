/** Cameras and microphones: opening them, listing them, and saying exactly why it did not work. */

/** Why camera and microphone cannot be used; the page has a sentence and a way out for each. */
export type DeviceProblem =
  | 'insecure_context'
  | 'media_unsupported'
  | 'permission_dismissed'
  | 'permission_refused'
  | 'permission_policy'
  | 'permission_system'
  | 'no_camera'
  | 'no_microphone'
  | 'camera_busy'
  | 'microphone_busy'
  | 'device_constraints'
  | 'device_unknown';

/** Camera and microphone could not be opened. */
export class DeviceError extends Error {
  constructor(
    readonly code: DeviceProblem,
    message: string,
  ) {
    super(message);
    this.name = 'DeviceError';
  }
}

/** What of the browser is needed; handed in by tests. */
export interface DeviceDependencies {
  secure: boolean;
  mediaDevices: Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> | undefined;
  /** false when the page's permissions policy forbids it. */
  policyAllows: (feature: 'camera' | 'microphone') => boolean;
  permissionState: (name: 'camera' | 'microphone') => Promise<PermissionState | 'unknown'>;
}

/** The devices chosen before; absent: the browser's default. */
export interface DeviceChoice {
  cameraId?: string;
  microphoneId?: string;
}

/** What can be chosen. */
export interface DeviceList {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

/** The real browser. */
export function browserDevices(): DeviceDependencies {
  return {
    secure: window.isSecureContext,
    mediaDevices: navigator.mediaDevices,
    policyAllows(feature) {
      const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
      return featurePolicy?.allowsFeature(feature) ?? true;
    },
    async permissionState(name) {
      try {
        return (await navigator.permissions.query({ name: name as PermissionName })).state;
      } catch (error) {
        console.debug('permission state unknown', error);
        return 'unknown';
      }
    },
  };
}

/**
 * Opens camera and microphone. The size is fixed at 640×480: the phone's RTMP player does not survive
 * a change of size.
 * @throws DeviceError
 */
export async function openDevices(
  dependencies: DeviceDependencies,
  choice: DeviceChoice,
): Promise<MediaStream> {
  const { mediaDevices } = dependencies;
  if (!dependencies.secure) throw new DeviceError('insecure_context', 'not a secure context');
  if (mediaDevices === undefined) throw new DeviceError('media_unsupported', 'no mediaDevices');
  try {
    return await mediaDevices.getUserMedia(constraints(choice));
  } catch (error) {
    const remembered = choice.cameraId !== undefined || choice.microphoneId !== undefined;
    // A remembered device was unplugged: take the default instead of failing.
    if (remembered && isNamed(error, 'OverconstrainedError', 'NotFoundError')) {
      return openDevices(dependencies, {});
    }
    throw new DeviceError(await classify(error, dependencies), String(error));
  }
}

/** The cameras and microphones that are there; labels are empty until access was granted. */
export async function listDevices(dependencies: DeviceDependencies): Promise<DeviceList> {
  const devices = (await dependencies.mediaDevices?.enumerateDevices()) ?? [];
  return {
    cameras: devices.filter((device) => device.kind === 'videoinput'),
    microphones: devices.filter((device) => device.kind === 'audioinput'),
  };
}

function constraints(choice: DeviceChoice): MediaStreamConstraints {
  return {
    video: {
      width: { ideal: 640 },
      height: { ideal: 480 },
      frameRate: { ideal: 30 },
      ...(choice.cameraId === undefined ? {} : { deviceId: { exact: choice.cameraId } }),
    },
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(choice.microphoneId === undefined ? {} : { deviceId: { exact: choice.microphoneId } }),
    },
  };
}

/** Turns what getUserMedia threw into one of our codes. */
export async function classify(error: unknown, dependencies: DeviceDependencies): Promise<DeviceProblem> {
  if (isNamed(error, 'NotAllowedError', 'PermissionDeniedError', 'SecurityError')) {
    return classifyRefusal(error, dependencies);
  }
  if (isNamed(error, 'NotFoundError', 'DevicesNotFoundError')) {
    const { cameras, microphones } = await listDevices(dependencies);
    // Windows hides a camera that its privacy settings block: the list then only lacks it.
    if (cameras.length === 0) return 'no_camera';
    return microphones.length === 0 ? 'no_microphone' : 'device_unknown';
  }
  if (isNamed(error, 'NotReadableError', 'AbortError', 'TrackStartError')) {
    return /audio|microphone/i.test(messageOf(error)) ? 'microphone_busy' : 'camera_busy';
  }
  if (isNamed(error, 'OverconstrainedError')) return 'device_constraints';
  if (isNamed(error, 'TypeError')) return 'media_unsupported';
  return 'device_unknown';
}

async function classifyRefusal(error: unknown, dependencies: DeviceDependencies): Promise<DeviceProblem> {
  const message = messageOf(error);
  if (/by system/i.test(message)) return 'permission_system';
  if (!dependencies.policyAllows('camera') || !dependencies.policyAllows('microphone')) {
    return 'permission_policy';
  }
  if (/dismissed/i.test(message)) return 'permission_dismissed';
  const states = [
    await dependencies.permissionState('camera'),
    await dependencies.permissionState('microphone'),
  ];
  // The question was asked, and closed without an answer: it can be asked again.
  if (states.includes('prompt') && !states.includes('denied')) return 'permission_dismissed';
  return 'permission_refused';
}

function isNamed(error: unknown, ...names: string[]): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && names.includes(String(error.name));
}

function messageOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.message : String(error);
}
