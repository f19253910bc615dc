import { expect, test } from 'bun:test';
import { type DeviceDependencies, DeviceError, openDevices } from './devices.ts';
import { RetryDelay } from './retry-delay.ts';

function browser(
  change: Partial<DeviceDependencies> & { throws?: unknown; devices?: string[] },
): DeviceDependencies {
  const { throws, devices = ['videoinput', 'audioinput'], ...rest } = change;
  return {
    secure: true,
    policyAllows: () => true,
    permissionState: () => Promise.resolve('denied'),
    mediaDevices: {
      getUserMedia: () =>
        throws === undefined ? Promise.resolve({} as MediaStream) : Promise.reject(throws),
      enumerateDevices: () => Promise.resolve(devices.map((kind) => ({ kind }) as MediaDeviceInfo)),
    },
    ...rest,
  };
}

async function codeOf(dependencies: DeviceDependencies): Promise<string> {
  try {
    await openDevices(dependencies, {});
    return 'opened';
  } catch (error) {
    return error instanceof DeviceError ? error.code : String(error);
  }
}

const named = (name: string, message = '') => new DOMException(message, name);

test.each([
  ['opened', {}],
  ['insecure_context', { secure: false }],
  ['media_unsupported', { mediaDevices: undefined }],
  ['permission_refused', { throws: named('NotAllowedError', 'Permission denied') }],
  ['permission_dismissed', { throws: named('NotAllowedError', 'Permission dismissed') }],
  ['permission_system', { throws: named('NotAllowedError', 'Permission denied by system') }],
  ['permission_policy', { throws: named('NotAllowedError'), policyAllows: () => false }],
  ['no_camera', { throws: named('NotFoundError'), devices: ['audioinput'] }],
  ['no_microphone', { throws: named('NotFoundError'), devices: ['videoinput'] }],
  ['camera_busy', { throws: named('NotReadableError', 'Could not start video source') }],
  ['microphone_busy', { throws: named('NotReadableError', 'Could not start audio source') }],
  ['device_constraints', { throws: named('OverconstrainedError') }],
  ['device_unknown', { throws: named('SomethingNewError') }],
])('%s', async (code, change) => {
  expect(await codeOf(browser(change))).toBe(code);
});

test('a remembered camera that was unplugged: the default one is taken', async () => {
  const asked: boolean[] = [];
  const dependencies = browser({});
  if (dependencies.mediaDevices) {
    dependencies.mediaDevices.getUserMedia = (constraints) => {
      const exact = JSON.stringify(constraints).includes('exact');
      asked.push(exact);
      return exact ? Promise.reject(named('OverconstrainedError')) : Promise.resolve({} as MediaStream);
    };
  }
  await openDevices(dependencies, { cameraId: 'gone' });
  expect(asked).toEqual([true, false]);
});

test('the delay doubles to its limit, and begins again after a success', () => {
  const delay = new RetryDelay(100, 300, () => 0.5);
  expect([delay.next(), delay.next(), delay.next()]).toEqual([100, 200, 300]);
  delay.reset();
  expect(delay.next()).toBe(100);
});
