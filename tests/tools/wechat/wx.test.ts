/** The WeChat of tests keeps WeChat's rules: what it allowed too much of would hide a fault of the mini-program. */
import { afterEach, describe, expect, test } from 'bun:test';
import { waitFor } from '../wait.ts';
import { LiveComponents } from './live/components.ts';
import type { NativeElement, NativeTag } from './native.ts';
import type { Callbacks } from './wx/callbacks.ts';
import { Handset } from './wx/handset.ts';
import { forbidden } from './wx/lan.ts';
import { AppEvents, makeWx } from './wx/wx.ts';

type Call = (options?: Record<string, unknown> & Callbacks) => unknown;

const components: LiveComponents[] = [];
afterEach(() => {
  for (const each of components.splice(0)) each.destroy();
});

function phone(handset = new Handset()) {
  const live = new LiveComponents(handset, () => undefined);
  components.push(live);
  const wx = makeWx({
    handset,
    events: new AppEvents(),
    components: live,
    dir: import.meta.dir,
    leave: () => undefined,
  }) as Record<string, Call>;
  const call = (name: string, options: Record<string, unknown> = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      wx[name]?.({ ...options, complete: (result) => resolve(result as Record<string, unknown>) });
    });
  return { wx, call, handset, live };
}

/** An element that writes down what it is told. */
function element(tag: NativeTag, attributes: Record<string, unknown>) {
  const told: string[] = [];
  const native: NativeElement = {
    tag,
    id: 'doctor',
    attributes,
    emit: (event, detail) => void told.push(`${event} ${String(detail.code ?? detail.errCode ?? '')}`.trim()),
  };
  return { native, told };
}

const granted = () => {
  const handset = new Handset();
  for (const scope of ['scope.camera', 'scope.record'] as const) handset.grants.set(scope, true);
  return handset;
};

test('what WeChat does not have, or this one not yet, is noticed', () => {
  const { wx } = phone();
  expect(() => wx.getUserInfo).toThrow('wx.getUserInfo is not in the wx of tests');
});

describe('addresses', () => {
  const home = { address: '192.168.1.77', netmask: '255.255.255.0' };

  test('only of the phone’s own subnet, with a port, and not the phone itself', () => {
    const handset = new Handset({ wifi: home });
    const why = (url: string) => forbidden(handset, url)?.why ?? null;
    expect(why('http://192.168.1.10:8080/x')).toBeNull();
    expect(why('ws://192.168.1.10:8080/x')).toBeNull();
    for (const url of [
      'http://192.168.1.10/x',
      'http://192.168.1.77:80/',
      'http://192.168.2.10:80/',
      'http://box:80/',
    ]) {
      expect(why(url)).toBe('url not in domain list');
    }
    handset.connect({ kind: '4g' });
    expect(why('http://192.168.1.10:8080/x')).toBe('url not in domain list');
    handset.connect({ kind: 'none' });
    expect(why('http://192.168.1.10:8080/x')).toContain('ERR_INTERNET_DISCONNECTED');
  });

  test('an iPhone without the local network says that it is offline, in its language', () => {
    for (const [language, words] of [
      ['zh_CN', '似乎已断开与互联网的连接。'],
      ['en', 'The Internet connection appears to be offline.'],
    ] as const) {
      const handset = new Handset({ platform: 'ios', language, wifi: home });
      expect(forbidden(handset, 'http://192.168.1.10:8080/')).toBeNull();
      handset.localNetwork = false;
      expect(forbidden(handset, 'http://192.168.1.10:8080/')?.why).toBe(words);
    }
  });
});

test('permissions: privacy first, each asked once, the rest is the settings’', async () => {
  const { call, handset } = phone();
  expect(await call('authorize', { scope: 'scope.camera' })).toMatchObject({ errno: 104 });
  handset.privacyUnwritten = true;
  expect(await call('requirePrivacyAuthorize')).toMatchObject({ errno: 112 });
  handset.privacyUnwritten = false;
  await call('requirePrivacyAuthorize');
  handset.answers['scope.camera'] = false;
  expect(await call('authorize', { scope: 'scope.camera' })).toMatchObject({
    errMsg: 'authorize:fail auth deny',
  });
  handset.answers['scope.camera'] = true;
  expect(await call('authorize', { scope: 'scope.camera' })).toMatchObject({
    errMsg: 'authorize:fail auth deny',
  });
  handset.turnsOn = ['scope.camera'];
  expect(await call('openSetting')).toMatchObject({ authSetting: { 'scope.camera': true } });
});

test('a question whose button has more than four letters is not shown', async () => {
  const { call, handset } = phone();
  expect(await call('showModal', { content: '?', confirmText: 'Leave' })).toMatchObject({
    errMsg: expect.stringContaining('fail'),
  });
  expect(handset.modal).toBeNull();
});

describe('live-pusher and live-player', () => {
  const nowhere = 'rtmp://127.0.0.1:1/app/stream';

  test('refused at the other end: three tries more, then given up', async () => {
    const { live } = phone(granted());
    const pushes = element('live-pusher', { url: nowhere, 'video-width': 96, 'video-height': 128 });
    const plays = element('live-player', { src: nowhere });
    live.attached(pushes.native);
    live.attached(plays.native);
    live.pusher?.context.start();
    live.player?.context.play();
    const last = (told: string[]) => told.at(-1);
    await waitFor('both have given up', () => {
      return last(pushes.told) === 'statechange -1307' && last(plays.told) === 'statechange -2301';
    });
    const tries = ['statechange 3002', 'statechange 1102'];
    expect(pushes.told).toEqual([
      ...['statechange 1003', 'statechange 1007', ...tries, ...tries, ...tries],
      ...['statechange 3002', 'statechange -1307'],
    ]);
    expect(plays.told.filter((each) => each === 'statechange 2103')).toHaveLength(3);
  }, 60_000);

  test('without the camera’s permission nothing opens, and both events say so', () => {
    const { live } = phone();
    const { native, told } = element('live-pusher', { url: nowhere });
    live.attached(native);
    live.pusher?.context.start();
    expect(told).toEqual(['error 10001', 'statechange -1301']);
  });
});
