/** What a person types: `scripts/start`, really run, from another folder, as on a terminal. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../tools/ports.ts';
import { descendants, isRunning } from '../tools/process-tree.ts';
import { waitFor } from '../tools/wait.ts';

const root = join(import.meta.dir, '../..');
const script = join(root, 'scripts/start');
/** A folder that is not the repository's, with a space in its name. */
const work = join(mkdtempSync(join(tmpdir(), 'consultbox-start-')), 'some where');
const bin = join(work, 'bin');
let env: Record<string, string>;
let httpPort: number;

beforeAll(async () => {
  mkdirSync(bin, { recursive: true });
  // Everything of this machine but setpriv, whose guard would hide what bunfig.toml does not do.
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => existsSync(folder));
  for (const folder of folders) {
    for (const name of readdirSync(folder)) {
      const link = join(bin, name);
      if (!['setpriv', 'bun'].includes(name) && !existsSync(link)) {
        rmSync(link, { force: true });
        symlinkSync(join(folder, name), link);
      }
    }
  }
  symlinkSync(process.execPath, join(bin, 'bun'));
  const names = ['HTTP', 'HTTPS', 'INTERNAL'].concat(
    ['RTMP', 'ICE', 'CONTROL', 'METRICS', 'RTSP', 'HLS', 'WEBRTC'].map((name) => `MEDIA_${name}`),
  );
  const ports = await freePorts(names.length);
  httpPort = ports[0] ?? 0;
  env = {
    PATH: bin,
    HOME: process.env.HOME ?? work,
    ...(process.env.XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME }),
    CONSULTBOX_DATA_DIR: 'my data',
    CONSULTBOX_LOG_FORMAT: 'json',
    CONSULTBOX_NETWORK_ADDRESS: '127.0.0.1',
    CONSULTBOX_MEDIA_ENGINE: 'embedded',
    CONSULTBOX_CLINIC_NAME: 'TEST-CLINIC',
    ...Object.fromEntries(names.map((name, index) => [`CONSULTBOX_${name}_PORT`, String(ports[index])])),
  };
}, 60_000);

let child: ChildProcess | null = null;
afterEach(() => {
  // The whole group: a test that failed must leave nothing behind.
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid, 'SIGKILL');
  }
  child = null;
});
afterAll(() => rmSync(join(work, '..'), { recursive: true, force: true }));

/** Runs a command in `work`, in a process group of its own, as a shell does. */
function run(command: string, args: string[], cwd = work) {
  const started = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    started.once('close', (code) => resolve(code));
  });
  return { pid: started.pid ?? 0, output: () => output, ended };
}

/** `scripts/start` until the first start can begin. */
async function startBox() {
  const box = run(script, []);
  let ended = false;
  void box.ended.then(() => {
    ended = true;
  });
  await waitFor('the box is ready', async () => {
    if (ended) throw new Error(`it ended:\n${box.output()}`);
    const answer = await fetch(`http://127.0.0.1:${httpPort}/readyz`);
    return ((await answer.json()) as { codes: string[] }).codes.join() === 'setup';
  });
  const children = descendants(box.pid);
  expect(children.length).toBeGreaterThan(0);
  return { ...box, children };
}

test.each(['--help', '-h'])('%s says what it does and does nothing', async (option) => {
  const { output, ended } = run(script, [option]);
  expect(await ended).toBe(0);
  expect(output()).toContain('Usage: scripts/start');
  expect(output()).toContain('Ctrl-C ends everything');
  expect(existsSync(join(work, 'my data'))).toBe(false);
});

test('an unknown option is refused with what there is', async () => {
  const { output, ended } = run(script, ['--frobnicate']);
  expect(await ended).toBe(2);
  expect(output()).toContain('Usage: scripts/start');
  expect(output()).toContain('unknown: --frobnicate');
});

test('`bun run start` is the same command: it builds the pages too', async () => {
  const { output, ended } = run(join(bin, 'bun'), ['run', 'start', '--help'], root);
  expect(await ended).toBe(0);
  expect(output()).toContain('Usage: scripts/start');
});

test('what is there is not installed or built again', async () => {
  const first = run(script, ['--setup-only']);
  expect(await first.ended).toBe(0);
  const second = run(script, ['--setup-only']);
  expect(await second.ended).toBe(0);
  expect(second.output()).toBe('');
});

test('a busy UDP port is named with its setting, and the start ends', async () => {
  const port = Number(env.CONSULTBOX_MEDIA_ICE_PORT);
  const other = createSocket('udp4');
  other.bind(port, '0.0.0.0');
  await once(other, 'listening');
  try {
    const { output, ended } = run(script, []);
    expect(await ended).toBe(1);
    expect(output()).toContain(`another program uses UDP port ${port} (setting media.icePort): end it`);
  } finally {
    other.close();
  }
}, 300_000);

test('it runs from any folder; Ctrl-C ends everything and leaves no child', async () => {
  const { pid, children, output, ended } = await startBox();
  // What was typed is meant from where it was typed; the program stands in its own folder.
  expect(existsSync(join(work, 'my data/consultbox.sqlite'))).toBe(true);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(root);
  // No child can read our settings from its environment.
  for (const each of children) {
    expect(readFileSync(`/proc/${each}/environ`, 'utf8')).not.toContain('TEST-CLINIC');
  }
  // A terminal sends Ctrl-C to all of its foreground group.
  process.kill(-pid, 'SIGINT');
  expect(await ended).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  expect(output()).not.toContain('    at ');
}, 300_000);

test('killed, it takes its children along, without setpriv too', async () => {
  const { pid, children, ended } = await startBox();
  process.kill(pid, 'SIGKILL');
  await ended;
  await waitFor('no child is left', () => !children.some(isRunning));
}, 300_000);
