import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMiniapp } from '../../../../scripts/miniapp/build.ts';
import { waitFor } from '../../wait.ts';
import type { NativeElement, NativeHost } from '../native.ts';
import { RenderedMiniapp } from './rendered-miniapp.ts';

const dir = mkdtempSync(join(tmpdir(), 'consultbox-rendered-'));

beforeAll(async () => {
  await buildMiniapp({
    outdir: dir,
    appId: '',
    voice: null,
    clinic: { name: '阳光诊所', wifi: 'clinic-5G', telephone: '010-12345678', base: '' },
  });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Options = Record<string, unknown> & { success?: (result: object) => void };

/** As much of `wx` as the demonstration calls. */
function makeWx(language: string) {
  const stored = new Map<string, unknown>();
  const calls: string[] = [];
  const ignore = () => undefined;
  const answer = (result: object) => (options: Options) => options.success?.(result);
  const context = { startPreview: ignore, stop: ignore, switchCamera: () => calls.push('switch') };
  const wx: Record<string, unknown> = {
    getDeviceInfo: () => ({ platform: 'android', model: 'test', system: 'Android 14' }),
    getAppBaseInfo: () => ({ version: '8.0.50', SDKVersion: '3.7.0', language, fontSizeScaleFactor: 1.4 }),
    getWindowInfo: () => ({ windowWidth: 375 }),
    getStorageSync: (key: string) => stored.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => stored.set(key, value),
    removeStorageSync: (key: string) => stored.delete(key),
    getRandomValues: answer({ randomValues: new Uint8Array(16).buffer }),
    onAppHide: ignore,
    onAppShow: ignore,
    onNetworkStatusChange: ignore,
    onAudioInterruptionBegin: ignore,
    onAudioInterruptionEnd: ignore,
    setKeepScreenOn: ignore,
    showToast: ({ title }: Options) => calls.push(`toast ${title}`),
    showModal: answer({ confirm: true }),
    makePhoneCall: ({ phoneNumber }: Options) => calls.push(`dial ${phoneNumber}`),
    vibrateLong: () => calls.push('vibrate'),
    setInnerAudioOption: ignore,
    createInnerAudioContext: () => ({ play: ignore, onEnded: ignore, onError: ignore, destroy: ignore }),
    createLivePusherContext: () => context,
    createLivePlayerContext: () => context,
    getSetting: answer({ authSetting: { 'scope.camera': true, 'scope.record': true } }),
    getAppAuthorizeSetting: () => ({ cameraAuthorized: 'authorized', microphoneAuthorized: 'authorized' }),
    getPrivacySetting: answer({ needAuthorization: false }),
  };
  return { wx, calls };
}

/** Writes down what live-pusher and live-player would run. */
function makeHost() {
  const shown = new Set<NativeElement>();
  const changes: string[] = [];
  const host: NativeHost = {
    attached: (element) => void shown.add(element),
    changed: ({ tag, attributes }) => void changes.push(`${tag} ${attributes['enable-mic']}`),
    detached: (element) => void shown.delete(element),
  };
  return { host, shown, changes };
}

function start(language = 'zh_CN') {
  const { wx, calls } = makeWx(language);
  const { host, shown, changes } = makeHost();
  const miniapp = new RenderedMiniapp(dir, wx, host);
  const shows = (text: string) => waitFor(`“${text}” is shown`, () => miniapp.text().includes(text));
  return { miniapp, calls, shown, changes, shows };
}

/** From the first page to the advice by taps alone; `words` are those that the patient reads. */
async function demonstrate(language: string, words: Record<string, string>): Promise<void> {
  const say = (name: string) => words[name] ?? name;
  const { miniapp, calls, shown, changes, shows } = start(language);
  await miniapp.open('pages/home/home');
  miniapp.tap(say('演示'));
  for (const [text, next] of [
    ['王女士', '对，是我'],
    ['不录像，不录音。', '我同意'],
  ] as const) {
    await shows(say(text));
    miniapp.tap(say(next));
  }
  await shows(say('医生马上就来，请不要锁屏'));
  const [pusher] = shown;
  expect(pusher).toMatchObject({ tag: 'live-pusher', id: '' });
  expect(pusher?.attributes).toMatchObject({ 'enable-mic': true, 'enable-agc': true, 'min-bitrate': 300 });
  miniapp.tap(say('麦克风开'));
  expect(pusher?.attributes).toMatchObject({ 'enable-mic': false });
  expect(changes.at(-1)).toBe('live-pusher false');
  miniapp.tap(say('麦克风关'));
  await shows(say('医生能看到您了'));
  await shows(say('您好，听得清楚吗？'));
  expect([...shown]).toEqual(pusher === undefined ? [] : [pusher]);
  expect(miniapp.text()).not.toContain(say('换镜头'));
  miniapp.tap(say('更多'));
  miniapp.tap(say('换镜头'));
  expect(calls).toContain('switch');
  miniapp.tap(say('有回声？'));
  expect(miniapp.text()).toContain(say('已改用听筒'));
  miniapp.tap(say('有回声？'));
  expect(pusher?.attributes).toMatchObject({ 'enable-mic': false });
  miniapp.press(say('按住说话'));
  expect(pusher?.attributes).toMatchObject({ 'enable-mic': true });
  miniapp.release(say('正在说话'));
  expect(pusher?.attributes).toMatchObject({ 'enable-mic': false });
  miniapp.tap(say('听得清楚'));
  await shows(say('按时吃药'));
  expect(miniapp.route).toBe('pages/ended/ended');
  expect(miniapp.title).toBe(say('视频问诊'));
  expect(shown.size).toBe(0);
  miniapp.tap(say('回到首页'));
  await shows(say('扫码就诊'));
  miniapp.close();
}

const english = {
  演示: 'Demonstration',
  王女士: 'Ms Wang',
  '对，是我': 'Yes, that is me',
  '不录像，不录音。': 'Nothing is filmed or recorded.',
  我同意: 'I agree',
  '医生马上就来，请不要锁屏': 'The doctor is coming',
  麦克风开: 'Mic on',
  麦克风关: 'Mic off',
  医生能看到您了: 'The doctor can see you',
  '您好，听得清楚吗？': 'Hello, can you hear me well?',
  更多: 'More',
  换镜头: 'Flip camera',
  '有回声？': 'Echo?',
  已改用听筒: 'Now on the earpiece',
  按住说话: 'Hold to talk',
  正在说话: 'Talking',
  听得清楚: 'Yes, I can',
  按时吃药: 'take your medicine',
  视频问诊: 'Video consultation',
  回到首页: 'Back to start',
  扫码就诊: 'Scan to see the doctor',
};

describe('the pages, drawn by glass-easel on Bun', () => {
  test('lead by taps alone from home to the advice, in both languages', async () => {
    await Promise.all([demonstrate('zh_CN', {}), demonstrate('en', english)]);
  }, 60_000);

  test('show the clinic of the build, and dial it', async () => {
    const { miniapp, calls } = start();
    await miniapp.open('pages/home/home');
    expect(miniapp.text().split('\n')).toContain('上次就诊：阳光诊所');
    expect(miniapp.data).toMatchObject({ rootFontSize: 22 });
    miniapp.tap('010-12345678');
    expect(calls).toEqual(['dial 010-12345678']);
    expect(() => miniapp.tap('诊所 Wi-Fi')).toThrow('nothing on pages/home/home takes a tap on “诊所 Wi-Fi”');
    miniapp.close();
  });

  test('stand above each other and are gone back from', async () => {
    const { miniapp, shows } = start();
    await miniapp.open('pages/home/home');
    miniapp.tap('帮助');
    await shows('怎么开始？');
    expect(miniapp.title).toBe('帮助');
    await miniapp.back();
    expect(miniapp.route).toBe('pages/home/home');
    expect(miniapp.title).toBe('视频问诊');
    miniapp.tap('English');
    expect(miniapp.text()).toContain('Scan to see the doctor');
    miniapp.close();
  });

  test('say what the code was when it is none', async () => {
    const { miniapp, shows } = start();
    await miniapp.open(`pages/home/home?q=${encodeURIComponent('https://example.com/menu')}`);
    await shows('这不是就诊的二维码。');
    expect(miniapp.route).toBe('pages/consultation/consultation');
    miniapp.close();
  });

  test('a mini-program that was destroyed wakes no more; a new run begins anew', async () => {
    const first = start();
    await first.miniapp.open('pages/home/home');
    first.miniapp.tap('演示');
    await first.shows('王女士');
    first.miniapp.tap('对，是我');
    await first.shows('我同意');
    first.miniapp.tap('我同意');
    await first.shows('医生马上就来');
    expect(first.shown.size).toBe(1);
    first.miniapp.close();
    expect(first.shown.size).toBe(0);
    expect(first.miniapp.route).toBe('');
    await expect(first.miniapp.open('pages/home/home')).rejects.toThrow('destroyed');
    const second = start();
    await second.miniapp.open('pages/home/home');
    await second.shows('扫码就诊');
    second.miniapp.close();
  });
});
