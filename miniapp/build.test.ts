import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMiniapp, packageLimit } from '../scripts/miniapp/build.ts';
import { checkPackage, checkScript } from '../scripts/miniapp/check.ts';
import { BuiltMiniapp } from './testing/built.ts';

const dir = mkdtempSync(join(tmpdir(), 'consultbox-miniapp-'));
const clinic = { name: '阳光诊所', wifi: 'clinic-5G', telephone: '010-12345678', base: '' };

beforeAll(async () => {
  await buildMiniapp({ outdir: dir, appId: 'wx0123456789abcdef', clinic });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the package', () => {
  test('is what WeChat takes: complete, ES2018, below its limit', async () => {
    expect(await checkPackage(dir)).toEqual([]);
    let bytes = 0;
    for await (const name of new Bun.Glob('**/*').scan(dir)) bytes += Bun.file(join(dir, name)).size;
    expect(bytes).toBeLessThan(packageLimit / 4);
  });

  test('carries the operator’s AppID, and no other is in the sources', async () => {
    expect(await Bun.file(join(dir, 'project.config.json')).json()).toMatchObject({
      appid: 'wx0123456789abcdef',
      compileType: 'miniprogram',
    });
    for await (const name of new Bun.Glob('**/*.{ts,json,wxml}').scan(import.meta.dir)) {
      if (name.endsWith('.test.ts')) continue;
      expect(await Bun.file(join(import.meta.dir, name)).text()).not.toMatch(/wx[0-9a-f]{16}/);
    }
  });

  test('speaks with WeChat in one module alone', async () => {
    for await (const name of new Bun.Glob('**/*.ts').scan(import.meta.dir)) {
      if (name === 'platform/wechat.ts' || name.startsWith('testing/') || name.endsWith('.test.ts')) continue;
      const text = (await Bun.file(join(import.meta.dir, name)).text()).replaceAll(
        /\/\*[\s\S]*?\*\/|\/\/.*/g,
        '',
      );
      expect({ name, wx: /\bwx\./.test(text) }).toEqual({ name, wx: false });
    }
  });

  test('a script that a phone cannot run is found', () => {
    for (const script of [
      'a?.b',
      'a ?? b',
      'a ??= b',
      'class A { #b() {} }',
      'class A { b = 1 }',
      'import("x")',
      'eval("1")',
      'new Function("1")',
      'try { a() } catch { b() }',
    ]) {
      expect(checkScript('x.js', script)).toHaveLength(1);
    }
  });
});

/** As much of `wx` as the demonstration calls; timers run at once. */
function makeWx(open: (path: string) => void) {
  const stored = new Map<string, unknown>();
  const calls: string[] = [];
  const told = (name: string, options?: { success?: (result: object) => void; complete?: () => void }) => {
    calls.push(name);
    options?.success?.({});
    options?.complete?.();
  };
  const context = {
    start: () => told('start'),
    startPreview: () => told('startPreview'),
    stop: (options?: { complete?: () => void }) => told('stop', options),
    play: () => told('play'),
    resume: () => told('resume'),
    switchCamera: () => told('switchCamera'),
  };
  const ignore = () => undefined;
  const wx = {
    getDeviceInfo: () => ({ platform: 'android', model: 'test', system: 'Android 14' }),
    getAppBaseInfo: () => ({
      version: '8.0.50',
      SDKVersion: '3.7.0',
      language: 'zh_CN',
      fontSizeScaleFactor: 1.4,
    }),
    getWindowInfo: () => ({ windowWidth: 375 }),
    getStorageSync: (key: string) => stored.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => stored.set(key, value),
    removeStorageSync: (key: string) => stored.delete(key),
    getRandomValues: ({ success }: { success: (result: object) => void }) =>
      success({ randomValues: new Uint8Array(16).buffer }),
    onAppHide: ignore,
    onAppShow: ignore,
    onNetworkStatusChange: ignore,
    onAudioInterruptionBegin: ignore,
    onAudioInterruptionEnd: ignore,
    reLaunch: ({ url }: { url: string }) => open(url),
    navigateTo: ({ url }: { url: string }) => open(url),
    setNavigationBarTitle: ignore,
    setKeepScreenOn: ignore,
    showToast: ({ title }: { title: string }) => calls.push(`toast ${title}`),
    vibrateLong: () => calls.push('vibrate'),
    createInnerAudioContext: () => ({ play: ignore, onEnded: ignore, onError: ignore, destroy: ignore }),
    createLivePusherContext: () => context,
    createLivePlayerContext: () => context,
    getSetting: ({ success }: { success: (result: object) => void }) =>
      success({ authSetting: { 'scope.camera': true, 'scope.record': true } }),
    getAppAuthorizeSetting: () => ({ cameraAuthorized: 'authorized', microphoneAuthorized: 'authorized' }),
    getPrivacySetting: ({ success }: { success: (result: object) => void }) =>
      success({ needAuthorization: false }),
  };
  return { wx, calls };
}

async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = look();
    if (found) return found;
    await Bun.sleep(50);
  }
  throw new Error(`it never came to this: ${what}`);
}

test('the built pages carry the demonstration from home to the advice', async () => {
  let miniapp: BuiltMiniapp | null = null;
  const { wx, calls } = makeWx((path) => void miniapp?.open(path));
  miniapp = new BuiltMiniapp(dir, wx);
  const home = await miniapp.open('pages/home/home');
  expect(home.data).toMatchObject({
    rootFontSize: 22,
    clinic: '上次就诊：阳光诊所',
    telephone: '010-12345678',
  });
  home.call('demo');
  const at = (route: string) => miniapp?.pages.find((page) => page.route === route);
  const page = await until('the consultation page', () => at('pages/consultation/consultation'));
  const press = (name: string) => page.call('press', { currentTarget: { dataset: { press: name } } });
  await until('confirming', () => page.data.screen === 'confirm');
  press('confirm');
  await until('consent', () => page.data.screen === 'list');
  press('agree');
  const stage = () =>
    page.data.stage as { live: boolean; seen: string; message: { id: string } | null } | null;
  await until('waiting', () => stage()?.live === false);
  await until('the doctor', () => stage()?.live === true);
  expect(calls).toContain('vibrate');
  await until('seen', () => stage()?.seen === '医生能看到您了');
  expect(calls).toContain('toast 推流成功');
  const message = await until('a message', () => stage()?.message);
  page.call('answer', { currentTarget: { dataset: { message: message.id, answer: '听得清楚' } } });
  const ended = await until('the advice', () => at('pages/ended/ended'));
  expect(JSON.stringify(ended.data)).toContain('按时吃药');
  ended.call('press', { currentTarget: { dataset: { press: 'go_home' } } });
  await until('home', () => at('pages/home/home'));
}, 60_000);
