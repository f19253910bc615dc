import { afterAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { parse } from 'yaml';
import { silentLogger } from '../log/logger.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { mediaConfiguration, mediaYaml } from './configuration.ts';
import { ControlApi } from './control-api.ts';
import { downloadProgram } from './mediamtx/download.ts';
import { FailedDownload } from './mediamtx/failed-download.ts';
import { cacheDirectory, findMediaMtx } from './mediamtx/find.ts';

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
  await downloadProgram(archive, target, silentLogger());
  expect(existsSync(target)).toBe(true);
  expect(existsSync(join(work, 'cache', 'mediamtx.yml'))).toBe(false);
  const other = join(work, 'other', 'mediamtx');
  const wrong = downloadProgram({ ...archive, sha256: '0'.repeat(64) }, other, silentLogger());
  await expect(wrong).rejects.toThrow('not the pinned');
  expect(existsSync(join(work, 'other'))).toBe(false);
});

test('a program of another version is refused with a reason', async () => {
  const program = join(work, 'old');
  writeFileSync(program, '#!/bin/sh\necho v0.99.0\n', { mode: 0o755 });
  const old = await findMediaMtx({ ...options.settings, program }, silentLogger());
  expect(old).toMatchObject({ found: false });
  expect(old.found ? '' : old.reason).toContain('v0.99.0');
});

/** Looks for MediaMTX where PATH has none. @returns the reason why there is none, and what was logged */
async function search(more: Partial<Settings['media']>): Promise<{ reason: string; log: string }> {
  let log = '';
  const write = (line: string) => {
    log += line;
  };
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    const found = await findMediaMtx({ ...options.settings, ...more }, pino({ level: 'info' }, { write }));
    return { reason: found.found ? '' : found.reason, log };
  } finally {
    process.env.PATH = path;
  }
}

test('a download that fails says which address, and is not tried again at once', async () => {
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => {
      asked += 1;
      return new Response('gone', { status: 503 });
    },
  });
  const downloadUrl = `http://127.0.0.1:${server.port}`;
  const settings = { downloadUrl, cacheDir: join(work, 'empty') };
  try {
    const first = await search(settings);
    expect(first.reason).toContain(`${downloadUrl}/v1.19.1/mediamtx_v1.19.1_linux_`);
    expect(first.reason).toContain('answered 503');
    expect(first.log).toContain('downloading');
    const second = await search(settings);
    expect(asked).toBe(1);
    expect(second.reason).toContain('answered 503 (tried a short time ago');
    expect(second.log).not.toContain('downloading');
    // Who asks for MediaMTX by name, or names another source, is not told about former failures.
    await search({ ...settings, engine: 'mediamtx' });
    expect(asked).toBe(2);
    const elsewhere = await search({ ...settings, downloadUrl: `file://${work}/nothing` });
    expect(elsewhere.reason).not.toContain('tried a short time ago');
  } finally {
    await server.stop(true);
  }
});

test('a failed download is forgotten after a while, and with a clock that was wrong', () => {
  const failed = new FailedDownload(join(work, 'notes', 'failed.json'));
  expect(failed.recent('u', 0)).toBeNull();
  failed.note('u', 'no answer', 1_000_000);
  expect(failed.recent('u', 1_000_000 + 60_000)).toContain('no answer');
  expect(failed.recent('u', 1_000_000 + 11 * 60_000)).toBeNull();
  expect(failed.recent('u', 999_999)).toBeNull();
  failed.forget();
  expect(failed.recent('u', 1_000_000 + 60_000)).toBeNull();
  writeFileSync(join(work, 'notes', 'failed.json'), '{"url"');
  expect(failed.recent('u', 1_000_000)).toBeNull();
});

test('a download says that it begins, how far it is, and that it is done', async () => {
  const archive = await archiveOf('#!/bin/sh\necho v1.19.1\n');
  const bytes = await Bun.file(archive.url.slice('file://'.length)).bytes();
  const half = Promise.withResolvers<void>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(
        new ReadableStream({
          start: async (controller) => {
            controller.enqueue(bytes.slice(0, 10));
            await half.promise;
            controller.enqueue(bytes.slice(10));
            controller.close();
          },
        }),
      ),
  });
  const lines: { msg: string }[] = [];
  const write = (line: string) => {
    lines.push(JSON.parse(line) as { msg: string });
    // The rest comes once it has said how far it is.
    if (line.includes('"downloading MediaMTX"')) half.resolve();
  };
  try {
    const url = `http://127.0.0.1:${server.port}/x`;
    const target = join(work, 'streamed', 'mediamtx');
    await downloadProgram({ ...archive, url }, target, pino({ level: 'info' }, { write }), 1);
    expect(existsSync(target)).toBe(true);
  } finally {
    await server.stop(true);
  }
  expect(lines[0]?.msg).toContain('downloading it, once');
  expect(lines[1]).toMatchObject({ msg: 'downloading MediaMTX', megabytes: 0 });
  expect(lines.at(-1)?.msg).toContain('downloaded');
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

test('an empty XDG_CACHE_HOME is none', () => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = '';
  try {
    expect(cacheDirectory('auto')).toStartWith('/');
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});
