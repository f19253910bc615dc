import { expect, test } from 'bun:test';
import { facts } from '../testing/samples.ts';
import { readCode, readLaunch, readScanned, readScene } from './code.ts';
import { diagnose, sameSubnet } from './diagnose.ts';

const token = 'k3JQy-_8Zt0aB1cD2eF3gH';

test('the box’s own QR code', () => {
  expect(readCode(`http://192.168.1.10:8080/p/${token}`)).toEqual({
    kind: 'pairing',
    id: token,
    base: 'http://192.168.1.10:8080',
    clinic: null,
    wifi: null,
    telephone: null,
  });
  const full = `http://192.168.1.10/j/room-2?w=%E8%AF%8A%E6%89%80+5G&t=010-12345678&c=%E9%98%B3%E5%85%89`;
  expect(readCode(full)).toMatchObject({
    kind: 'place',
    id: 'room-2',
    base: 'http://192.168.1.10:80',
    wifi: '诊所 5G',
    telephone: '010-12345678',
    clinic: '阳光',
  });
});

test('a link by a domain carries the box; https keeps its name', () => {
  for (const b of ['https://video.clinic.example:8444', 'https%3A%2F%2FVideo.clinic.example%3A8444']) {
    expect(readCode(`https://mp.example.com/consult/p/${token}?b=${b}`)?.base).toBe(
      'https://video.clinic.example:8444',
    );
    expect(readLaunch({ b, p: token })?.base).toBe('https://video.clinic.example:8444');
  }
  expect(readCode(`https://mp.example.com/consult/p/${token}?b=192.168.1.10:8080`)?.base).toBe(
    'http://192.168.1.10:8080',
  );
  expect(readCode(`https://box.clinic.example/p/${token}`)?.base).toBe('https://box.clinic.example');
});

test('what is none', () => {
  for (const text of [
    '',
    'hello',
    'weixin://wxpay/abc',
    'http://192.168.1.10:8080/',
    `ftp://192.168.1.10/p/${token}`,
    `http://192.168.1.10:8080/p/${'x'.repeat(200)}`,
    `http://evil@192.168.1.10:8080/p/${token}`,
    'http://192.168.1.10:8080/p/a b',
    `https://example.com/p/${token}?b=`,
  ]) {
    expect({ text, code: readCode(text) }).toEqual({ text, code: null });
  }
});

test('opened by link, by mini-program code, by path', () => {
  const link = encodeURIComponent(`http://192.168.1.10:8080/p/${token}`);
  expect(readLaunch({ q: link })?.id).toBe(token);
  expect(readScene('c0a8010a1f90jroom-2')).toMatchObject({
    kind: 'place',
    id: 'room-2',
    base: 'http://192.168.1.10:8080',
  });
  expect(readLaunch({ scene: encodeURIComponent('c0a8010a1f90jroom-2') })?.id).toBe('room-2');
  expect(readLaunch({ b: '192.168.1.10:8080', j: 'room-2', w: 'clinic' })).toMatchObject({
    kind: 'place',
    wifi: 'clinic',
  });
  expect(readScanned('pages/home/home?scene=c0a8010a1f90jroom-2')?.id).toBe('room-2');
  expect(readScanned(`http://192.168.1.10:8080/p/${token}`)?.id).toBe(token);
  expect(readLaunch({})).toBeNull();
  expect(readLaunch({ q: '%E0%A4%A' })).toBeNull();
});

test('why the box does not answer, in the order of the questions', () => {
  expect(diagnose({ ...facts, network: 'cellular' })).toBe('no_wifi');
  expect(diagnose({ ...facts, network: 'none' })).toBe('no_wifi');
  expect(diagnose({ ...facts, ownAddress: '10.0.0.7' })).toBe('other_network');
  expect(diagnose(facts)).toBe('isolated');
  expect(diagnose({ ...facts, platform: 'ios', failure: 'prohibited' })).toBe('ios_local_network');
  expect(diagnose({ ...facts, knownGood: true })).toBe('box_off');
  expect(diagnose({ ...facts, failure: 'refused' })).toBe('box_off');
  // A carrier that resets, or iOS that "could not connect", is no box that says no.
  expect(diagnose({ ...facts, failure: 'refused', network: 'cellular' })).toBe('no_wifi');
  expect(diagnose({ ...facts, failure: 'refused', ownAddress: '10.0.0.7' })).toBe('other_network');
  // WeChat itself knows of another subnet, also where the phone's own address is unknown or wrong.
  expect(diagnose({ ...facts, failure: 'foreign', ownAddress: null })).toBe('other_network');
  // Nothing is known of the phone's address: it is not blamed.
  expect(diagnose({ ...facts, ownAddress: null })).toBe('isolated');
});

test('subnets', () => {
  expect(sameSubnet('192.168.1.7', '192.168.2.7', null)).toBe(false);
  expect(sameSubnet('192.168.1.7', '192.168.2.7', '255.255.252.0')).toBe(true);
  expect(sameSubnet('nonsense', '192.168.2.7', null)).toBeNull();
});
