/** What consultations cost: CPU and memory of the media server and FFmpeg together. */
import { existsSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';
import { measurePlayers, publishClock } from './in-page.ts';
import { servePage } from './page-server.ts';
import { type Row, row } from './rows.ts';

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

/** @param count consultations at the same time. @param windows measurements of 5 s each */
export async function load(
  engine: EngineName,
  browser: Browser,
  count: number,
  windows: number,
): Promise<Row[]> {
  const box = await Box.start({ engine });
  const server = servePage({ main: box });
  const patients: SimulatedPatient[] = [];
  const page = await browser.newPage();
  try {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const { id, pairing } = await box.create();
      const patient = new SimulatedPatient(pairing?.url ?? '');
      await patient.join();
      patient.push({ fps: 15 });
      patients.push(patient);
      ids.push(id);
    }
    await page.goto(server.url);
    await page.evaluate(publishClock, {
      whips: ids.map((id) => `/main/api/consultations/${id}/doctor/whip`),
      fps: 15,
    });
    await waitFor('every transcoder works', async () => {
      const { transcoders } = await box.status();
      return transcoders.filter((each) => (each.progress?.frames ?? 0) > 30).length === 2 * count;
    });
    // Both ends are read, as in a consultation.
    for (const patient of patients) patient.play();
    const readers = await browser.newPage();
    await readers.goto(server.url);
    const whep = (id: string) => ({
      ...{ whep: `/main/api/consultations/${id}/patient/whep`, hls: {} },
      ...{ settle: 0, duration: (windows + 3) * 5000 },
    });
    const reading = Promise.all(
      ids.map((id) => readers.evaluate(measurePlayers, whep(id)).catch(() => ({}))),
    );
    await Bun.sleep(4000);
    const cpu: number[] = [];
    const memory: number[] = [];
    for (let window = 0; window < windows; window += 1) {
      // All of them, or the figure would be too good.
      const own = await waitFor('every process', async () => {
        const found = await pids(box);
        return found.length === 1 + 2 * count && found.every((pid) => existsSync(`/proc/${pid}`))
          ? found
          : null;
      });
      const before = own.map((pid) => usage(pid).ticks);
      const from = performance.now();
      await Bun.sleep(5000);
      const seconds = (performance.now() - from) / 1000;
      if (!own.every((pid) => existsSync(`/proc/${pid}`))) continue;
      const after = own.map((pid) => usage(pid));
      const ticks = after.reduce((sum, each, index) => sum + each.ticks - (before[index] ?? 0), 0);
      cpu.push((100 * ticks) / ticksPerSecond / seconds / count);
      memory.push(after.reduce((sum, each) => sum + each.bytes, 0) / 2 ** 20 / count);
    }
    await readers.close();
    await reading;
    if (cpu.length === 0) throw new Error('a process ended in every window: this machine is too busy');
    const variant = count === 1 ? 'one' : 'ten';
    return [
      row(engine, 'cpu_per_consultation', variant, '% of a core', cpu),
      row(engine, 'rss_per_consultation', variant, 'MiB', memory),
    ];
  } finally {
    await page.close();
    await Promise.all(patients.map((patient) => patient.stop()));
    await server.stop();
    await box.stop();
  }
}
