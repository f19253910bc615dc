import { afterAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadSettings } from '../settings/load.ts';
import { mediaConfiguration, mediaYaml } from './configuration.ts';
import { ControlApi } from './control-api.ts';
import { downloadProgram } from './mediamtx/download.ts';
import { findMediaMtx } from './mediamtx/find.ts';

const work = mkdtempSync(join(tmpdir(), 'consultbox-media-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const options = {
  settings: loadSettings({}).media,
  hosts: ['192.168.1.20'],
  authorisationUrl: 'http://127.0.0.1:8079/media/authorise',
};

test('the configuration: only RTMP and ICE face the LAN, everything unused is off, new key names only', () => {
  const configuration = mediaConfiguration(options);
  const addresses = Object.entries(configuration).filter(([key]) => /Address$/.test(key));
  const open = addresses.filter(([, value]) => String(value).startsWith(':')).map(([key]) => key);
  expect(open).toEqual(['rtmpAddress', 'webrtcLocalUDPAddress', 'webrtcLocalTCPAddress']);
  expect(configuration).toMatchObject({
    srt: false,
    moq: false,
    pprof: false,
    playback: false,
    authHTTPExclude: [],
  });
  expect(configuration.webrtcAdditionalHosts).toEqual(['192.168.1.20', '127.0.0.1']);
  expect(mediaYaml(options)).not.toContain('NAT1To1');
  // As YAML 1.1 reads it: a bare `no` would be a boolean.
  expect(parse(mediaYaml(options), { version: '1.1' })).toMatchObject({ rtspEncryption: 'no' });
});

test('the seed’s HLS setting is there for comparison', () => {
  const seed = mediaConfiguration({ ...options, settings: { ...options.settings, hls: 'seed' } });
  expect(seed).toMatchObject({ hlsVariant: 'mpegts', hlsSegmentCount: 3, hlsSegmentDuration: '1s' });
});

async function archiveOf(script: string): Promise<{ url: string; sha256: string }> {
  writeFileSync(join(work, 'mediamtx'), script, { mode: 0o755 });
  writeFileSync(join(work, 'mediamtx.yml'), 'x: 1');
  const file = join(work, 'archive.tar.gz');
  await Bun.spawn(['tar', '-czf', file, 'mediamtx', 'mediamtx.yml'], { cwd: work }).exited;
  const sha256 = createHash('sha256')
    .update(await Bun.file(file).bytes())
    .digest('hex');
  return { url: `file://${file}`, sha256 };
}

test('a release with the pinned hash is unpacked by name; any other is refused and nothing is left', async () => {
  const archive = await archiveOf('#!/bin/sh\necho v1.19.1\n');
  const target = join(work, 'cache', 'mediamtx');
  await downloadProgram(archive, target);
  expect(existsSync(target)).toBe(true);
  expect(existsSync(join(work, 'cache', 'mediamtx.yml'))).toBe(false);
  const wrong = downloadProgram({ ...archive, sha256: '0'.repeat(64) }, join(work, 'other', 'mediamtx'));
  expect(wrong).rejects.toThrow('not the pinned');
  await wrong.catch(() => undefined);
  expect(existsSync(join(work, 'other'))).toBe(false);
});

test('a program of another version is refused with a reason; a download that fails says which address', async () => {
  const program = join(work, 'old');
  writeFileSync(program, '#!/bin/sh\necho v0.99.0\n', { mode: 0o755 });
  const old = await findMediaMtx({ ...options.settings, program });
  expect(old).toMatchObject({ found: false });
  expect(old.found ? '' : old.reason).toContain('v0.99.0');
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    const none = await findMediaMtx({
      ...options.settings,
      cacheDir: join(work, 'empty'),
      downloadUrl: `file://${work}/nothing`,
    });
    expect(none.found ? '' : none.reason).toContain(`file://${work}/nothing/v1.19.1/mediamtx_v1.19.1_linux_`);
  } finally {
    process.env.PATH = path;
  }
});

test('the Control API’s answers are checked, not believed', async () => {
  let body: unknown = {
    items: [{ name: 'a/b', ready: true, source: null, tracks: null, readers: null, bytesReceived: 3 }],
  };
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json(body) });
  try {
    const api = new ControlApi(server.port ?? 0);
    expect(await api.paths()).toEqual([
      { name: 'a/b', ready: true, source: null, codecs: [], readers: [], bytesReceived: 3 },
    ]);
    body = { items: [{ name: 'a/b' }] };
    expect(api.paths()).rejects.toThrow('has changed');
  } finally {
    await server.stop(true);
  }
});
