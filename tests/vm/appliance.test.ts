/**
 * The appliance as a clinic meets it: built, switched on in a virtual machine with a blank disk, used, switched off and
 * on, cut off, and damaged. One story: each step goes on where the one before ended, and nothing is known of the box
 * but what its screen shows and its ports answer. `bun run appliance:test`
 */
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { paths } from '../../appliance/build/paths.ts';
import type { MachineOptions } from '../../appliance/vm/machine.ts';
import { mediaMtx } from '../tools/mediamtx.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { freePorts } from '../tools/ports.ts';
import { waitFor } from '../tools/wait.ts';
import { publish, RtpSource, read } from '../tools/webrtc-peer.ts';
import { Appliance, bootLimit, forwardedPorts, guestAddress } from './appliance.ts';
import { damageDisk, exposure, Image, imageVersion, whyNoImage } from './image.ts';
import { behaviour, exchange, iceNonsense, rtmpHello } from './ports.ts';

const engine = mediaMtx.found ? 'mediamtx' : 'embedded';
const obstacle = await whyNoImage();

/** Where a person finds the pictures. */
const screens = join(paths.output, 'screens');
/** A cold build on a slow machine, ms. */
const buildLimit = 1_800_000;
/** Everything but a boot. The processor is emulated: streams start slowly, ms. */
const stepLimit = 600_000;
const streams = { limit: 240_000, interval: 500 };
/** How long a port that should do nothing is watched, ms. */
const watched = 5000;

/** The guest's TCP ports that no firewall lets through: login, names, everything of the supervisor that is local. */
const closedPorts = [
  ...[21, 22, 23, 25, 53, 111, 139, 445, 631, 2049, 3389, 5000, 5353, 5355, 8000, 8079, 8081, 8443],
  ...[8554, 8888, 8889, 8890, 9090, 9100, 9996, 9997, 9998, 9999, 19531],
];

describe.skipIf(obstacle !== null)(
  `the appliance${obstacle === null ? '' : ` (no image can be built here: ${obstacle})`}`,
  () => {
    const work = obstacle === null ? mkdtempSync(join(tmpdir(), 'consultbox-vm-test-')) : '';
    const forwarded = new Map<number, number>();
    const started: Appliance[] = [];
    let image: Image | null = null;
    let box: Appliance | null = null;
    const kept = { consultations: [] as string[], fingerprint: '' };

    /** What an earlier step made. @throws Error where that step failed */
    function made<T>(thing: T | null): T {
      if (thing === null) throw new Error('an earlier step failed: see there');
      return thing;
    }

    async function start(data: string, options: Partial<MachineOptions> = {}): Promise<Appliance> {
      const machine = await Appliance.start({
        image: made(image).file,
        data: join(work, data),
        ports: await forwardedPorts(),
        ...options,
      });
      started.push(machine);
      return machine;
    }

    /** Forwards every port that must stay closed. */
    async function closed(): Promise<[host: number, guest: number][]> {
      const ports = await freePorts(closedPorts.length);
      return closedPorts.map((guest, index) => [ports[index] ?? 0, guest]);
    }

    /** The entry address that the screen's QR code holds. */
    async function scan(name: string, level: 'good' | 'warning' = 'good'): Promise<URL> {
      return new URL(await made(box).readScreen(join(screens, `${name}.png`), level));
    }

    /** After a boot all is as it was before. */
    async function everythingKept(name: string): Promise<void> {
      const now = made(box);
      await now.ready();
      // Set up once, it asks for no code any more.
      expect((await scan(name)).href).toBe(`http://${guestAddress}/`);
      expect(await now.fingerprint()).toBe(kept.fingerprint);
      expect((await now.consultations()).toSorted()).toEqual(kept.consultations.toSorted());
      expect((await now.status()).ready).toEqual({ ok: true, problems: [] });
    }

    afterAll(async () => {
      for (const { machine } of started) await machine.stop();
      rmSync(work, { recursive: true, force: true });
    });

    if (!mediaMtx.found) {
      const why = `the image has the embedded engine: ${mediaMtx.reason}`;
      test.skip(`all of this with MediaMTX in the image (${why})`, () => undefined);
    }

    test(
      'is built',
      async () => {
        image = await Image.build(engine);
        expect(await image.version()).toMatchObject({ version: imageVersion, engine });
      },
      buildLimit,
    );

    test('its supervisor has no privileges and no way to them: the unit scores 1.5 or less', async () => {
      const unit = '/usr/lib/systemd/system/consultbox.service';
      const text = await made(image).read(unit);
      mkdirSync(join(work, dirname(unit)), { recursive: true });
      writeFileSync(join(work, unit), text);
      const level = await exposure(work, 'consultbox.service');
      console.log(`    systemd-analyze security: ${level}`);
      expect(level).toBeLessThanOrEqual(1.5);
      for (const line of [
        'User=consultbox',
        'NoNewPrivileges=yes',
        'CapabilityBoundingSet=',
        'Type=notify',
      ]) {
        expect(text.split('\n')).toContain(line);
      }
      expect(text).toMatch(/^WatchdogSec=\d+$/m);
    });

    test(
      'boots from a blank disk until its first start can begin',
      async () => {
        const morePorts = await closed();
        for (const [host, guest] of morePorts) forwarded.set(guest, host);
        box = await start('disk.qcow2', { fresh: true, morePorts });
        await box.waitsForSetup();
      },
      stepLimit + bootLimit,
    );

    test(
      'its screen shows that it waits, and a QR code that a phone reads: the entry address with the set-up code',
      async () => {
        const entry = await scan('first-boot', 'warning');
        const [, code = ''] = /^#setup=([A-Z0-9-]{9})$/.exec(entry.hash) ?? [];
        expect(entry.href).toBe(`http://${guestAddress}/#setup=${code}`);
        await made(box).setUp(code);
        await made(box).ready();
        expect((await scan('set-up')).href).toBe(`http://${guestAddress}/`);
      },
      stepLimit,
    );

    test(
      'whoever is signed in is told what the box is, nobody else',
      async () => {
        const now = made(box);
        const { versions, media, ffmpeg, network, ready } = await now.status();
        const version = await made(image).version();
        expect(versions.consultbox).toBe(imageVersion);
        expect(media.engine).toBe(version.engine);
        if (version.engineVersion !== '') expect(versions.mediaServer).toBe(version.engineVersion);
        expect(media.why).not.toBe('');
        expect(ffmpeg.version).toMatch(/^7\./);
        expect(ffmpeg.missing).toEqual([]);
        expect(network.chosen?.address).toBe(guestAddress);
        expect(ready).toEqual({ ok: true, problems: [] });
        console.log(`    ${versions.consultbox}: ${media.engine} ${versions.mediaServer}, ${media.why}`);

        const stranger = await now.clinic('/api/status', { headers: { Authorization: 'Bearer nobodys' } });
        expect(stranger.status).toBe(401);
        kept.fingerprint = await now.fingerprint();
      },
      stepLimit,
    );

    test(
      'a consultation: each side sees and hears the other',
      async () => {
        const now = made(box);
        const { id, pairing, whipUrl, whepUrl, hlsUrl } = await now.create('试 1');
        kept.consultations.push(id);
        const patient = new SimulatedPatient(now.reached(pairing?.url ?? ''));
        const source = await RtpSource.start(10);
        try {
          const admission = await patient.join();
          patient.admission = {
            ...admission,
            pushUrl: now.reached(admission.pushUrl ?? ''),
            playUrl: now.reached(admission.playUrl ?? ''),
          };
          patient.keepPushing({ size: '320x240', fps: 10 });
          const publishing = async () => (await now.view(id)).patient.publishing;
          await waitFor('the box has the patient’s picture', publishing, streams);
          const picture = await waitFor('the clinic plays it by HLS', () => playHls(now, hlsUrl), streams);
          expect(picture).toMatchObject({ codec_name: 'h264', width: 320, height: 240 });

          const page = await read((offer) => signal(now, whepUrl, offer));
          await waitFor('the clinic plays it by WHEP', () => page.packets() > 100, streams);
          page.stop();

          const doctor = await publish(source, (offer) => signal(now, whipUrl, offer));
          const played = await patient.watch();
          doctor.stop();
          expect(played.video).toEqual({ codec: 'h264', width: 640, height: 480 });
          expect(played.audio).toMatchObject({ codec: 'aac', sampleRate: 44_100 });
          expect(played.differentFrames).toBeGreaterThan(5);
          expect(Math.abs(played.frequency - 880)).toBeLessThan(20);
        } finally {
          await patient.stop();
          await source.stop();
        }
      },
      stepLimit,
    );

    test(
      'only 80, 443, 8080, 1935 and 8189 answer',
      async () => {
        const { ports } = made(box).machine.options;
        const get = 'GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
        const web = Buffer.from(get);
        for (const port of [ports.http, ports.phone]) {
          const { received } = await exchange(port, web, streams.limit);
          expect(received.toString()).toStartWith('HTTP/1.1 ');
        }
        expect((await made(box).clinic('/livez')).status).toBe(200);
        const [version] = (await exchange(ports.rtmp, rtmpHello(), streams.limit)).received;
        expect(version).toBe(3);
        // ICE waits for words, and hangs up on those that it does not know. The embedded engine has UDP alone.
        if (engine === 'mediamtx') {
          expect(await behaviour(ports.ice, watched)).toBe('silent');
          expect((await exchange(ports.ice, iceNonsense, streams.limit)).ended).toBe(true);
        }
        const others = await Promise.all(
          [...forwarded].map(async ([guest, host]) => [guest, await behaviour(host, watched)]),
        );
        expect(Object.fromEntries(others)).toEqual(
          Object.fromEntries(closedPorts.map((guest) => [guest, 'silent'])),
        );
      },
      stepLimit,
    );

    test(
      'systemd’s watchdog is fed: the supervisor lives longer than its patience, never restarted',
      async () => {
        const unit = await made(image).read('/usr/lib/systemd/system/consultbox.service');
        const patience = Number(/^WatchdogSec=(\d+)$/m.exec(unit)?.[1]);
        const uptime = async () => (await made(box).status()).resources.uptime > 2 * patience;
        await waitFor('an uptime of twice the watchdog’s patience', uptime, streams);
      },
      stepLimit,
    );

    test.skip('a supervisor that hangs is restarted by the watchdog (nothing outside the box can make it hang)', () =>
      undefined);

    test(
      'switched off by its button and on again, it has kept everything',
      async () => {
        const before = made(box);
        await before.machine.powerDown();
        await before.until('it has switched itself off', () => before.hasEnded());
        expect(await before.machine.exited).toBe(0);
        await before.machine.stop();
        box = await start('disk.qcow2');
        expect(box.machine.disk.state).toBe('kept');
        box.token = before.token;
        await everythingKept('after-power-button');
      },
      stepLimit + bootLimit,
    );

    test(
      'cut off right after an answer, it has kept what it answered',
      async () => {
        const now = made(box);
        kept.consultations.push((await now.create('试 2')).id);
        await now.machine.reset();
        await now.until('the box is away', async () => !(await now.answers()));
        await everythingKept('after-power-cut');
        await now.machine.stop();
      },
      stepLimit + bootLimit,
    );

    test(
      'without its firewall it does not run',
      async () => {
        const morePorts = await closed();
        const open = await start('no-firewall.qcow2', {
          fresh: true,
          morePorts,
          kernelArguments: ['systemd.mask=nftables.service'],
        });
        await open.until('the boot is over', () =>
          /Reached target.*multi-user\.target/.test(open.machine.serialText()),
        );
        // Now every port answers the connection, by a reset: what the firewall drops looks different.
        const { ports } = open.machine.options;
        const all = [...Object.values(ports), ...morePorts.map(([host]) => host)];
        await open.until('the network is up and nobody listens', async () => {
          const states = await Promise.all(all.map((port) => behaviour(port, watched)));
          return states.every((state) => state === 'refused');
        });
        await open.machine.stop();
      },
      stepLimit + bootLimit,
    );

    test(
      'with a root that is damaged it starts again instead of waiting for a person',
      async () => {
        const { start: offset } = made(image).partition('root_');
        await damageDisk(made(image).file, join(work, 'damaged.qcow2'), offset);
        const damaged = await start('damaged.qcow2', { noReboot: true });
        expect(damaged.machine.disk.state).toBe('kept');
        await damaged.until('the guest asks for a restart', () => damaged.hasEnded());
        expect(damaged.machine.serialText()).toContain('cannot start from this disk');
      },
      stepLimit + bootLimit,
    );
  },
);

/** One look at a stream by HLS, through the clinic's proxy, as a player does: playlists, cookies, segments. */
async function playHls(box: Appliance, url: string): Promise<Record<string, unknown> | null> {
  const probe = Bun.spawn(
    [
      ...['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-show_streams', '-of', 'json'],
      ...['-tls_verify', '0', '-headers', `Authorization: Bearer ${box.token}\r\n`],
      ...['-i', box.clinicUrl + url],
    ],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore', timeout: 60_000 },
  );
  const text = await new Response(probe.stdout).text();
  if ((await probe.exited) !== 0) return null;
  const { streams: found } = JSON.parse(text) as { streams: Record<string, unknown>[] };
  return found[0] ?? null;
}

/**
 * Sends a WHIP or WHEP offer, and leads the answer's ICE addresses to the forwarded port. Our own addresses are left out: QEMU
 * has one socket for all that the guest's port sends, and once the guest had tried those, whatever comes from here would
 * reach it from 127.0.0.1, which it drops. It learns our address from what we send.
 */
async function signal(box: Appliance, url: string, offer: string): Promise<string> {
  const lines = (sdp: string) => sdp.split('\r\n');
  const body = lines(offer)
    .filter((line) => !line.startsWith('a=candidate:'))
    .join('\r\n');
  const headers = { 'Content-Type': 'application/sdp' };
  // As the page does: again, until FFmpeg has made the stream playable.
  const sdp = await waitFor(
    'an answer to the offer',
    async () => {
      const answer = await box.clinic(url, { method: 'POST', body, headers });
      const text = await answer.text();
      if (answer.status !== 201) throw new Error(`${answer.status}: ${text}`);
      return text;
    },
    streams,
  );
  const { ice } = box.machine.options.ports;
  return lines(sdp)
    .filter((line) => !line.startsWith('a=candidate:') || line.includes(` ${guestAddress} 8189 `))
    .map((line) => line.replace(` ${guestAddress} 8189 `, ` 127.0.0.1 ${ice} `))
    .join('\r\n');
}
