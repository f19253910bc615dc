/** Browsers that vanish without a goodbye: the engine notices within seconds, and nobody else is disturbed. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { launchChromium } from '../../../../tests/tools/doctor.ts';
import { pushArguments } from '../../../../tests/tools/patient.ts';
import { waitFor } from '../../../../tests/tools/wait.ts';
import { BrowserPeer } from '../testing/browser.ts';
import { type KillableBrowser, launchKillable } from '../testing/browser-process.ts';
import { EngineBed, key } from '../testing/engine.ts';

/** Well before ICE's own 30 s, however busy the machine is. */
const limit = 20_000;
const timeout = 120_000;
let bed: EngineBed;
let engine: Bun.Subprocess;

beforeAll(async () => {
  bed = await EngineBed.make();
  engine = await bed.spawn();
});

afterAll(async () => {
  engine.kill('SIGTERM');
  await engine.exited;
  await bed.remove();
});

function push(...args: string[]): Bun.Subprocess {
  return Bun.spawn(['ffmpeg', '-nostdin', '-loglevel', 'error', ...args], { stdin: 'ignore' });
}

/** As our FFmpeg publishes for the page. */
function opusPush(to: EngineBed, path: string): Bun.Subprocess {
  const source = pushArguments({ keyframeEvery: 2 });
  const at = source.indexOf('aac');
  const opus = source.toSpliced(at, 1, 'libopus');
  // The picture's parameters before each keyframe, as the supervisor's pipeline has them.
  return push(
    ...opus,
    '-bsf:v',
    'dump_extra',
    '-f',
    'rtsp',
    '-rtsp_transport',
    'tcp',
    '-pkt_size',
    '1200',
    to.rtsp(path),
  );
}

const readersOf = async (path: string) => (await bed.path(path))?.readers ?? [];

async function killed(browser: KillableBrowser, gone: () => Promise<boolean>, reason: string): Promise<void> {
  const at = performance.now();
  await browser.kill();
  await waitFor('the engine notices', gone, { limit });
  expect(performance.now() - at).toBeLessThan(limit);
  expect(bed.log()).toContain(reason);
}

test(
  'a WHEP reader whose browser is killed is gone within seconds; another reader goes on',
  async () => {
    const source = opusPush(bed, 'a/patient_opus');
    const stays = await launchChromium();
    const goes = await launchKillable();
    try {
      await bed.ready('a/patient_opus');
      const url = bed.webrtc('a/patient_opus', 'whep');
      const [staying, going] = await Promise.all([
        BrowserPeer.open(stays, bed.origin),
        BrowserPeer.open(goes.browser, bed.origin),
      ]);
      await staying.play(url, key);
      await going.play(url, key);
      await waitFor('both play', async () => (await staying.frames()) > 10 && (await going.frames()) > 10);
      expect(await readersOf('a/patient_opus')).toHaveLength(2);
      await killed(goes, async () => (await readersOf('a/patient_opus')).length === 1, 'no reports any more');
      const before = await staying.frames();
      await waitFor('the other reader goes on', async () => (await staying.frames()) > before + 30);
    } finally {
      await goes.kill();
      await stays.close();
      source.kill('SIGKILL');
      await source.exited;
    }
  },
  timeout,
);

test(
  'a WHIP publisher whose browser is killed is gone within seconds',
  async () => {
    const goes = await launchKillable();
    try {
      const peer = await BrowserPeer.open(goes.browser, bed.origin);
      await peer.publish(bed.webrtc('b/doctor', 'whip'), key);
      expect((await bed.ready('b/doctor')).tracks.toSorted()).toEqual(['H264', 'Opus']);
      await killed(goes, async () => (await bed.path('b/doctor')) === undefined, 'no packets any more');
    } finally {
      await goes.kill();
    }
  },
  timeout,
);

test(
  'a reader of sound alone, and one whose publisher pauses, are not taken for vanished',
  async () => {
    // Shorter than in a clinic, and longer than the 1 s and 7.5 s in which a browser reports.
    const limits = { silence: 4000, silenceOfSound: 10_000 };
    const own = await EngineBed.make();
    const short = await own.start(limits);
    const source = opusPush(own, 'c/patient_opus');
    const browser = await launchChromium();
    const passes = async (time: number) => {
      const from = performance.now();
      await waitFor('more than the limit passes', () => performance.now() - from > time);
    };
    try {
      await own.ready('c/patient_opus');
      const url = own.webrtc('c/patient_opus', 'whep');
      const [pictures, sound] = await Promise.all([
        BrowserPeer.open(browser, own.origin),
        BrowserPeer.open(browser, own.origin),
      ]);
      await pictures.play(url, key);
      await sound.play(url, key, ['audio']);
      await waitFor('pictures', async () => (await pictures.frames()) > 10);
      await passes(limits.silenceOfSound + 2000);
      source.kill('SIGSTOP');
      await passes(limits.silence + 2000);
      source.kill('SIGCONT');
      const before = await pictures.frames();
      await waitFor('pictures again', async () => (await pictures.frames()) > before + 30);
      expect((await own.path('c/patient_opus'))?.readers).toHaveLength(2);
    } finally {
      await browser.close();
      source.kill('SIGKILL');
      await source.exited;
      await short.stop();
      await own.remove();
    }
  },
  timeout,
);

test(
  'a browser without H.264 is named, so that the page can say what is wrong',
  async () => {
    const browser = await launchChromium();
    try {
      const peer = await BrowserPeer.open(browser, bed.origin);
      await peer.publish(bed.webrtc('d/doctor', 'whip'), key, 'video/VP8');
      expect((await bed.ready('d/doctor')).tracks.toSorted()).toEqual(['Opus', 'VP8']);
    } finally {
      await browser.close();
    }
  },
  timeout,
);

test(
  'a late reader gets a keyframe at once: the browser is asked for one',
  async () => {
    const browser = await launchChromium();
    try {
      const peer = await BrowserPeer.open(browser, bed.origin);
      await peer.publish(bed.webrtc('e/doctor', 'whip'), key);
      await bed.ready('e/doctor');
      const probe = Bun.spawn(
        [
          ...['ffprobe', '-v', 'error', '-rtsp_transport', 'tcp', '-analyzeduration', '500000'],
          ...['-select_streams', 'v', '-show_entries', 'packet=flags', '-of', 'csv=p=0'],
          ...['-read_intervals', '%+#10', bed.rtsp('e/doctor')],
        ],
        { stdout: 'pipe', stderr: 'ignore', timeout: 60_000 },
      );
      expect(await new Response(probe.stdout).text()).toContain('K');
    } finally {
      await browser.close();
    }
  },
  timeout,
);
