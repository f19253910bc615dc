/** The program as the image holds it: bundled, asking a supervisor on loopback. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readQr } from '../../tests/tools/qr.ts';
import { sampleView } from './sample.ts';

const work = mkdtempSync(join(tmpdir(), 'consultbox-console-test-'));
const supervisor = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => Response.json(sampleView()) });
const program = join(work, 'console.js');

beforeAll(async () => {
  // As the image's builder does it.
  const build = Bun.spawn(
    [process.execPath, 'build', '--target=bun', `--outfile=${program}`, join(import.meta.dir, 'main.ts')],
    { stdout: 'ignore', stderr: 'inherit' },
  );
  expect(await build.exited).toBe(0);
});
afterAll(async () => {
  await supervisor.stop(true);
  rmSync(work, { recursive: true, force: true });
});

function run(...args: string[]) {
  return Bun.spawn([process.execPath, program, ...args], {
    cwd: work,
    env: { ...process.env, CONSULTBOX_INTERNAL_PORT: String(supervisor.port) },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

test('the bundled program draws what the supervisor answers', async () => {
  const child = run('--output', 'screen.png', '--size', '1024x768');
  expect(await new Response(child.stderr).text()).toBe('');
  expect(await child.exited).toBe(0);
  expect(readQr(Buffer.from(await Bun.file(join(work, 'screen.png')).bytes()))).toBe(sampleView().entryUrl);
});

test('a wrong option is named', async () => {
  const child = run('--size', 'large');
  expect(await new Response(child.stderr).text()).toContain('--size large');
  expect(await child.exited).toBe(2);
});

test('the set-up code never gets into a journal: what is no terminal is told nothing', async () => {
  const child = run('--once');
  expect(await new Response(child.stdout).text()).toBe('');
  expect(await new Response(child.stderr).text()).toContain('no terminal');
  expect(await child.exited).toBe(0);
});
