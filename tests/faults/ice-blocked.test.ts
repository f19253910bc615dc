/** A network that lets no WebRTC through: HLS takes over by itself, and the page says so. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { mediaMtx } from '../tools/mediamtx.ts';
import { Namespace } from '../tools/namespace.ts';
import { TestPhone } from '../tools/wechat/phone.ts';

const namespaces = { embedded: Namespace.make('ice-e', ['nft']), mediamtx: Namespace.make('ice-m', ['nft']) };
afterAll(() => {
  for (const namespace of Object.values(namespaces)) namespace.remove();
});

const expected = [
  'the doctor sees and hears the patient by HLS, and the page says so',
  'the page says that the doctor’s picture is blocked, and what to do',
  'without the block the doctor’s picture is sent, and nothing is said any more',
  'and the patient comes by WebRTC again',
];

/** Both at the same time, each in a network of its own: they mostly wait for the browser's patience to end. */
const runs = new Map<EngineName, Promise<string[]>>();
function run(engine: EngineName): Promise<string[]> {
  for (const each of mediaMtx.found ? (['embedded', 'mediamtx'] as const) : (['embedded'] as const)) {
    if (!runs.has(each)) runs.set(each, namespaces[each].run('tests/faults/inside-ice-blocked.ts', each));
  }
  return runs.get(engine) ?? Promise.reject(new Error('it was not started'));
}

onEachEngine('a firewall drops ICE', (engine) => {
  const { missing } = namespaces[engine];
  const name = missing === null ? 'HLS takes over, and WebRTC comes back when it may' : `(${missing})`;
  test.skipIf(missing !== null)(name, async () => {
    expect(await run(engine)).toEqual(expected);
  });
});

/** Leaves the browser no address of its own: real ICE that really fails. */
function blockIce(): void {
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

// Where no firewall can be had, the browser itself withholds ICE.
if (namespaces.embedded.missing !== null) describe('a browser without ICE', withoutIce);

function withoutIce(): void {
  let box: Box;
  let browser: Browser;

  beforeAll(async () => {
    box = await Box.start({ engine: 'embedded' });
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await box?.stop();
  });

  test('the doctor still sees and hears the patient, by HLS', async () => {
    const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`, { broken: blockIce });
    await doctor.signIn();
    const id = await doctor.start();
    const { pairing } = await box.view(id);
    const phone = new TestPhone({ tone: 500 });
    await phone.join(pairing?.url ?? '');
    try {
      await doctor.sees('player-mode', /HLS/);
      const seen = await doctor.watch();
      expect({ width: seen.width, height: seen.height }).toEqual({ width: 480, height: 640 });
      expect(seen.differentFrames).toBeGreaterThan(3);
      expect(Math.abs(seen.frequency - 500)).toBeLessThanOrEqual(35);
    } finally {
      phone.stop();
    }
  });
}
