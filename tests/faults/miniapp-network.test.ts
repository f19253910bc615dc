/** The phone's way to the box is cut, in a network namespace of our own, under a running consultation. */
import { afterAll, expect, test } from 'bun:test';
import { onEachEngine } from '../tools/engines.ts';
import { Namespace } from '../tools/namespace.ts';

const namespace = Namespace.make('phone', ['nft']);
afterAll(() => namespace.remove());

const expected = [
  'both see each other',
  'the Wi-Fi goes and comes back, and the phone knows it',
  'the way is cut and mended, and nobody is told',
  'a network that is too slow is said, for as long as it is',
  'who scans while the way is cut is told of the router, and gets in by itself afterwards',
];

onEachEngine('the phone’s network is cut', (engine) => {
  const name = namespace.missing === null ? 'and the mini-program recovers' : `(${namespace.missing})`;
  test.skipIf(namespace.missing !== null)(name, async () => {
    expect(await namespace.run('tests/faults/inside-miniapp-network.ts', engine)).toEqual(expected);
  });
});
