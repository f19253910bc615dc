import { expect, test } from 'bun:test';
import { chooseAddress, type InterfaceAddress } from './addresses.ts';
import { OwnNames } from './own-names.ts';

const at = (address: string): InterfaceAddress => ({
  ...{ interface: 'enp1s0', address, prefixLength: 24, mac: '52:54:00:12:34:56', defaultRoute: true },
});

test('the box’s names are those it has, was given, or has just got; nothing that only looks like them', () => {
  let reads = 0;
  const names = new OwnNames({
    network: () => chooseAddress([at('192.168.1.20')], 'auto', null),
    read: () => {
      reads += 1;
      return [at('192.168.1.21')];
    },
    further: () => ['Video.hospital.example'],
  });
  for (const own of ['192.168.1.20', 'localhost', '127.0.0.1', 'CONSULTBOX.local', 'consultbox.local.']) {
    expect({ own, has: names.has(own) }).toEqual({ own, has: true });
  }
  expect(names.has('video.hospital.example')).toBe(true);
  expect(reads).toBe(0);
  // A new address that does not count as settled yet.
  expect(names.has('192.168.1.21')).toBe(true);
  for (const other of [
    '',
    'evil.example',
    '192.168.1.22',
    'consultbox.local.evil.example',
    '127.0.0.1.evil.example',
  ]) {
    expect({ other, has: names.has(other) }).toEqual({ other, has: false });
  }
});
