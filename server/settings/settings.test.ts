import { expect, test } from 'bun:test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsDocument } from './document.ts';
import { environmentName, loadSettings, SettingsError } from './load.ts';

function dataDir(yaml?: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-settings-'));
  if (yaml !== undefined) writeFileSync(join(dir, 'consultbox.yaml'), yaml);
  return dir;
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test('defaults apply, YAML overrides them, the environment overrides both', () => {
  const dir = dataDir('media:\n  rtmpPort: 2935\n  icePort: 2189\n');
  const settings = loadSettings({ CONSULTBOX_DATA_DIR: dir, CONSULTBOX_MEDIA_ICE_PORT: '3189' });
  expect(settings.http.port).toBe(8080);
  expect(settings.media.rtmpPort).toBe(2935);
  expect(settings.media.icePort).toBe(3189);
  expect(settings.data.dir).toBe(dir);
});

test('a wrong value names key, value, what is allowed and its source', () => {
  const dir = dataDir('media:\n  engine: fast\n');
  const problems = problemsOf({ CONSULTBOX_DATA_DIR: dir, CONSULTBOX_HTTP_PORT: '70000' });
  expect(problems).toContain(
    'http.port: 70000 is not allowed (from environment variable CONSULTBOX_HTTP_PORT); allowed: integer from 1 to 65535',
  );
  expect(problems).toContain(
    `media.engine: "fast" is not allowed (from ${dir}/consultbox.yaml); allowed: one of auto, mediamtx, embedded`,
  );
});

test.each(['media: 3\n', 'medai:\n  rtmpPort: 1\n', 'media:\n  port: 1\n', '- a\n', 'media: [\n'])(
  'a wrong file is refused: %j',
  (yaml) => {
    expect(problemsOf({ CONSULTBOX_DATA_DIR: dataDir(yaml) })).toHaveLength(1);
  },
);

test('what is no setting (any more) is named, and its value is not shown', () => {
  const code = 'hunter 2!';
  const sources = [
    problemsOf({ CONSULTBOX_DATA_DIR: dataDir(), CONSULTBOX_ACCESS_CODE: code }),
    ...[`access:\n  code: ${code}\n`, `access: ${code}\n`, `access: {code: ${code}\n`].map((yaml) =>
      problemsOf({ CONSULTBOX_DATA_DIR: dataDir(yaml) }),
    ),
  ];
  for (const problems of sources) {
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('hunter');
  }
  expect(sources[0]?.[0]).toContain('CONSULTBOX_ACCESS_CODE');
});

test('the data directory cannot be moved by the file that stands in it, and the message says how to', () => {
  const [problem] = problemsOf({ CONSULTBOX_DATA_DIR: dataDir('data:\n  dir: /elsewhere\n') });
  expect(problem).toContain('set CONSULTBOX_DATA_DIR');
});

test('two settings with one port are named together', () => {
  const dir = dataDir('media:\n  hlsPort: 8080\n');
  const environment = {
    CONSULTBOX_DATA_DIR: dir,
    CONSULTBOX_MEDIA_RTMP_PORT: '9997',
    // A port of the firewall's, where nothing listens.
    CONSULTBOX_HTTPS_PUBLIC_PORT: '1935',
  };
  expect(problemsOf(environment)).toEqual([
    'http.port and media.hlsPort: all are 8080; each needs a port of its own',
    'media.rtmpPort and media.controlPort: all are 9997; each needs a port of its own',
  ]);
});

test('an unknown variable is a problem, since it would be ignored silently', () => {
  expect(problemsOf({ CONSULTBOX_DATA_DIR: dataDir(), CONSULTBOX_HTPP_PORT: '1' })[0]).toContain(
    'CONSULTBOX_HTPP_PORT',
  );
});

test('camel case becomes upper snake', () => {
  expect(environmentName('media', 'rtmpPort')).toBe('CONSULTBOX_MEDIA_RTMP_PORT');
});

test('docs/settings.md is what the schema says', async () => {
  expect(await Bun.file(new URL('../../docs/settings.md', import.meta.url)).text()).toBe(settingsDocument());
});
