import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMiniapp, packageLimit } from '../scripts/miniapp/build.ts';
import { checkPackage, checkScript } from '../scripts/miniapp/check.ts';

const dir = mkdtempSync(join(tmpdir(), 'consultbox-miniapp-'));
const clinic = { name: '阳光诊所', wifi: 'clinic-5G', telephone: '010-12345678', base: '' };

beforeAll(async () => {
  await buildMiniapp({ outdir: dir, appId: 'wx0123456789abcdef', clinic, voice: null });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the package', () => {
  test('is what WeChat takes: complete, ES2018, below its limit', async () => {
    expect(await checkPackage(dir)).toEqual([]);
    let bytes = 0;
    for await (const name of new Bun.Glob('**/*').scan(dir)) bytes += Bun.file(join(dir, name)).size;
    expect(bytes).toBeLessThan(packageLimit / 4);
  });

  test('says that the doctor is there in the clinic’s own voice, where there is one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'consultbox-voice-'));
    const outdir = join(folder, 'out');
    const build = () => buildMiniapp({ outdir, appId: '', clinic, voice: folder });
    try {
      expect(build()).rejects.toThrow('admitted.zh.mp3');
      await Bun.write(join(folder, 'admitted.zh.mp3'), 'a recording');
      await build();
      expect(await Bun.file(join(outdir, 'assets/admitted.zh.mp3')).text()).toBe('a recording');
      expect(Bun.file(join(outdir, 'assets/admitted.en.mp3')).size).toBeGreaterThan(10_000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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
