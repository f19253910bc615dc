/** What the phone says of itself, and what it keeps. */
import { type Callbacks, fail, succeed } from './callbacks.ts';
import type { Handset } from './handset.ts';

const hardware = {
  android: { brand: 'test', model: 'test phone', system: 'Android 14', platform: 'android' },
  ios: { brand: 'iPhone', model: 'iPhone 13<iPhone14,5>', system: 'iOS 17.1', platform: 'ios' },
} as const;

export function device(handset: Handset) {
  return {
    getDeviceInfo: () => hardware[handset.platform],
    getAppBaseInfo: () => ({
      version: '8.0.50',
      SDKVersion: '3.7.0',
      language: handset.language,
      fontSizeSetting: Math.round(17 * handset.fontScale),
      fontSizeScaleFactor: handset.fontScale,
    }),
    getWindowInfo: () => ({ windowWidth: 375, windowHeight: 720 }),
    getStorageSync: (key: string): unknown => structuredClone(handset.storage.get(key) ?? ''),
    setStorageSync: (key: string, value: unknown) => {
      handset.storage.set(key, structuredClone(value));
    },
    removeStorageSync: (key: string) => {
      handset.storage.delete(key);
    },
    getRandomValues: (options: { length: number } & Callbacks) =>
      succeed('getRandomValues', options, {
        randomValues: crypto.getRandomValues(new Uint8Array(options.length)).buffer,
      }),
    getNetworkType: (options: Callbacks) =>
      succeed('getNetworkType', options, { networkType: handset.connection.kind }),
    getLocalIPAddress: (options: Callbacks) => {
      const { connection } = handset;
      if (connection.kind !== 'wifi') return fail('getLocalIPAddress', options, 'no wifi');
      return succeed('getLocalIPAddress', options, {
        localip: connection.address,
        netmask: connection.netmask,
      });
    },
  };
}
