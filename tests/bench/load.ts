/** What consultations cost: CPU and memory of the media server and FFmpeg together. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsultationView } from '../../server/consultations/view.ts';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { pushArguments, SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';
import { publish, RtpSource, read, type Signalling, type WebRtcPeer } from '../tools/webrtc-peer.ts';
import { type Row, row } from './rows.ts';

/** As the page and the phone send it. */
const fps = 30;

/** Of the kernel's clock, per second; 100 on every Linux that matters. */
const ticksPerSecond = 100;
const pageSize = 4096;

function usage(pid: number): { ticks: number; bytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ticks: Number(fields[11]) + Number(fields[12]), bytes: Number(fields[21]) * pageSize };
}

async function pids(box: Box): Promise<number[]> {
  const { media, transcoders } = await box.status();
  return [media.process.pid, ...transcoders.map((each) => each.pid)].filter((pid) => pid !== null);
}

/** A phone's stream, encoded once: ten encoders would leave nothing of two cores to be measured. */
async function recordPhone(file: string): Promise<void> {
  // Not in real time: nobody is watching.
  const encoding = pushArguments({ fps }).filter((argument) => argument !== '-re');
  const encoder = Bun.spawn(
    ['ffmpeg', '-loglevel', 'error', '-nostdin', ...encoding, '-t', '20', '-f', 'flv', file],
    { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' },
  );
  if ((await encoder.exited) !== 0) throw new Error('FFmpeg could not record the phone’s stream');
}

function signallingOf(box: Box, url: string): Signalling {
  return async (offer) => {
    const answer = await box.clinic(url, {
      method: 'POST',
      body: offer,
      headers: { 'Content-Type': 'application/sdp' },
    });
    if (answer.status !== 201) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    return await answer.text();
  };
}

/** Everything of one window of 5 s, or null when a process ended in it. */
async function measure(box: Box, views: ConsultationView[]): Promise<{ cpu: number; memory: number } | null> {
  const count = views.length;
  // All of them read at both ends, or the figure would be too good.
  const own = await waitFor('every process and every reader', async () => {
    const found = await pids(box);
    const now = await Promise.all(views.map(({ id }) => box.view(id)));
    const read = now.every(({ doctor, patient }) => doctor.watched && patient.watched);
    return read && found.length === 1 + 2 * count && found.every((pid) => existsSync(`/proc/${pid}`))
      ? found
      : null;
  });
  const before = own.map((pid) => usage(pid).ticks);
  const from = performance.now();
  await Bun.sleep(5000);
  const seconds = (performance.now() - from) / 1000;
  if (!own.every((pid) => existsSync(`/proc/${pid}`))) return null;
  const after = own.map((pid) => usage(pid));
  const ticks = after.reduce((sum, each, index) => sum + each.ticks - (before[index] ?? 0), 0);
  return {
    cpu: (100 * ticks) / ticksPerSecond / seconds / count,
    memory: after.reduce((sum, each) => sum + each.bytes, 0) / 2 ** 20 / count,
  };
}

/**
 * Both directions, both read: WHIP and WHEP without a browser, RTMP by FFmpeg.
 * @param count consultations at the same time. @param windows measurements of 5 s each
 */
export async function load(engine: EngineName, count: number, windows: number): Promise<Row[]> {
  const work = mkdtempSync(join(tmpdir(), 'consultbox-bench-'));
  const box = await Box.start({ engine });
  const source = await RtpSource.start(fps);
  const patients: SimulatedPatient[] = [];
  const peers: WebRtcPeer[] = [];
  try {
    const recording = join(work, 'phone.flv');
    await recordPhone(recording);
    const views: ConsultationView[] = [];
    for (let index = 0; index < count; index += 1) {
      const view = await box.create();
      const patient = new SimulatedPatient(view.pairing?.url ?? '');
      await patient.join();
      patient.keepPushingFile(recording);
      patients.push(patient);
      views.push(view);
      peers.push(await publish(source, signallingOf(box, view.whipUrl)));
    }
    await waitFor('every transcoder works', async () => {
      const { transcoders } = await box.status();
      return transcoders.filter((each) => (each.progress?.frames ?? 0) > fps).length === 2 * count;
    });
    for (const patient of patients) patient.play();
    for (const { whepUrl } of views) peers.push(await read(signallingOf(box, whepUrl)));
    const cpu: number[] = [];
    const memory: number[] = [];
    for (let window = 0; window < windows; window += 1) {
      const before = peers.map((peer) => peer.packets());
      const measured = await measure(box, views);
      const stalled = peers.filter((peer, index) => peer.packets() - (before[index] ?? 0) < 5 * fps);
      if (stalled.length > 0) throw new Error(`${stalled.length} of ${peers.length} streams stood still`);
      if (measured === null) continue;
      cpu.push(measured.cpu);
      memory.push(measured.memory);
    }
    if (cpu.length === 0) throw new Error('a process ended in every window: this machine is too busy');
    const variant = count === 1 ? 'one' : 'ten';
    return [
      row(engine, 'cpu_per_consultation', variant, '% of a core', cpu),
      row(engine, 'rss_per_consultation', variant, 'MiB', memory),
    ];
  } finally {
    for (const peer of peers) peer.stop();
    await Promise.all(patients.map((patient) => patient.stop()));
    await source.stop();
    await box.stop();
    rmSync(work, { recursive: true, force: true });
  }
}
