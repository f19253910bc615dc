/** The LAN's addresses really change, in a network namespace of our own, under a running consultation. */
import { afterAll, expect, test } from 'bun:test';
import { onEachEngine } from '../tools/engines.ts';
import { Namespace } from '../tools/namespace.ts';

const namespace = Namespace.make('address');
afterAll(() => namespace.remove());

const expected = [
  'the address with the default route is chosen',
  'an address that is back soon changes nothing: the same WebRTC sessions go on',
  'a change is followed by the QR code',
  'the page made new sessions at once',
  'a change is followed by the certificate',
  'a change is followed by the media server',
  'both see each other',
  'without any address the box runs and says so',
  'with an address again it recovers by itself',
];

onEachEngine('the LAN address changes', (engine) => {
  const name = namespace.missing === null ? 'and everything follows' : `(${namespace.missing})`;
  test.skipIf(namespace.missing !== null)(name, async () => {
    expect(await namespace.run('tests/faults/inside-address-change.ts', engine)).toEqual(expected);
  });
});
