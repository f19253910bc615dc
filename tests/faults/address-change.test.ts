/** The LAN's addresses really change, in a network namespace of our own, under a running consultation. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { EngineName } from '../../server/media/contract.ts';
import { onMediaMtx } from '../tools/engines.ts';
import { hasMediaMtx } from '../tools/mediamtx.ts';

const namespace = `consultbox-${process.pid}`;

function ip(...args: string[]): boolean {
  return Bun.spawnSync(['ip', ...args], { stdout: 'ignore', stderr: 'ignore' }).exitCode === 0;
}

/** Needs root, or a machine that lets us. */
const canIsolate = ip('netns', 'add', namespace);

async function run(engine: EngineName): Promise<string[]> {
  const child = Bun.spawn(
    ['ip', 'netns', 'exec', namespace, process.execPath, 'tests/faults/inside-namespace.ts', engine],
    { stdout: 'pipe', stderr: 'pipe' },
  );
  const [steps, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${steps}\n${errors.slice(-3000)}`);
  return steps.trim().split('\n');
}

const expected = [
  'the address with the default route is chosen',
  'a change is followed by the QR code',
  'a change is followed by the certificate',
  'a change is followed by the media server',
  'the page reconnected and both see each other',
  'without any address the box runs and says so',
  'with an address again it recovers by itself',
];

describe.skipIf(!canIsolate)('the LAN address changes', () => {
  beforeAll(() => {
    expect(ip('-n', namespace, 'link', 'set', 'lo', 'up')).toBe(true);
    for (const name of ['lan0', 'lan1']) {
      // A cable with both ends here; not every kernel has dummy interfaces.
      expect(ip('-n', namespace, 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-end`)).toBe(
        true,
      );
      expect(ip('-n', namespace, 'link', 'set', name, 'up')).toBe(true);
      expect(ip('-n', namespace, 'link', 'set', `${name}-end`, 'up')).toBe(true);
    }
  });
  afterAll(() => ip('netns', 'del', namespace));

  test('on the embedded engine', async () => expect(await run('embedded')).toEqual(expected));
  test.skipIf(!hasMediaMtx)(onMediaMtx, async () => expect(await run('mediamtx')).toEqual(expected));
});
