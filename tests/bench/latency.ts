/** How old a picture is when it is seen: patient → doctor in Chromium, doctor → the patient's RTMP. */
import type { Browser } from 'playwright-core';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';
import { measurePlayers, publishClock } from './in-page.ts';
import { servePage } from './page-server.ts';
import { type Row, row } from './rows.ts';
import { pushClock } from './source.ts';
import { ageOf, height, width } from './time-code.ts';

async function join(box: Box): Promise<{ id: string; patient: SimulatedPatient }> {
  const { id, pairing } = await box.create();
  const patient = new SimulatedPatient(pairing?.url ?? '');
  await patient.join();
  return { id, patient };
}

/** WHEP, LL-HLS (MediaMTX) and the seed's own HLS side by side, from one encoder. @param seconds of measuring */
export async function patientToDoctor(engine: EngineName, browser: Browser, seconds: number): Promise<Row[]> {
  const main = await Box.start({ engine });
  const seed = await Box.start({ engine, settings: { CONSULTBOX_MEDIA_HLS: 'seed' } });
  const server = servePage({ main, seed });
  const rows: Row[] = [];
  try {
    for (const keyframeEvery of [1, 3]) {
      const [here, there] = [await join(main), await join(seed)];
      const stop = pushClock([here.patient.pushUrl, there.patient.pushUrl], keyframeEvery);
      await waitFor('both publish', async () =>
        (await Promise.all([main.view(here.id), seed.view(there.id)])).every(
          (view) => view.patient.publishing,
        ),
      );
      const page = await browser.newPage();
      await page.goto(server.url);
      const hls = {
        ...(engine === 'mediamtx'
          ? { 'll-hls': `/main/api/consultations/${here.id}/patient/hls/index.m3u8` }
          : {}),
        'hls-seed': `/seed/api/consultations/${there.id}/patient/hls/index.m3u8`,
      };
      const ages = await page.evaluate(measurePlayers, {
        whep: `/main/api/consultations/${here.id}/patient/whep`,
        hls,
        settle: 12_000,
        duration: seconds * 1000,
      });
      await page.close();
      await stop();
      for (const player of ['whep', ...Object.keys(hls)]) {
        rows.push(
          row(engine, 'patient_to_doctor', `${player}/key${keyframeEvery}`, 'ms', ages[player] ?? []),
        );
      }
      await main.post(`/api/consultations/${here.id}/end`);
      await seed.post(`/api/consultations/${there.id}/end`);
    }
  } finally {
    await server.stop();
    await main.stop();
    await seed.stop();
  }
  return rows;
}

/** A clock published by WHIP, played from the phone's RTMP URL and decoded. */
export async function doctorToRtmp(engine: EngineName, browser: Browser, seconds: number): Promise<Row[]> {
  const box = await Box.start({ engine });
  const server = servePage({ main: box });
  const page = await browser.newPage();
  try {
    const { id, patient } = await join(box);
    await page.goto(server.url);
    await page.evaluate(publishClock, { whip: `/main/api/consultations/${id}/doctor/whip`, fps: 30 });
    await waitFor('the doctor’s stream for the phone', async () => {
      const { transcoders } = await box.status();
      return transcoders.some((each) => (each.progress?.frames ?? 0) > 30);
    });
    return [row(engine, 'doctor_to_rtmp', 'raw', 'ms', await playClock(patient.playUrl, seconds))];
  } finally {
    await page.close();
    await server.stop();
    await box.stop();
  }
}

async function playClock(url: string, seconds: number): Promise<number[]> {
  const player = Bun.spawn(
    [
      ...[
        'ffmpeg',
        '-hide_banner',
        '-nostdin',
        '-loglevel',
        'error',
        '-fflags',
        'nobuffer',
        '-flags',
        'low_delay',
      ],
      ...['-i', url, '-an', '-vf', `scale=${width}:${height}`, '-fps_mode', 'passthrough'],
      ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    ],
    { stdout: 'pipe', stderr: 'ignore' },
  );
  const size = width * height;
  const frame = new Uint8Array(size);
  const samples: number[] = [];
  let [filled, from] = [0, 0];
  const reader = player.stdout.getReader();
  for (;;) {
    const { done, value: chunk } = await reader.read();
    if (done) break;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - filled);
      frame.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      filled = 0;
      const now = Date.now();
      from ||= now + 2000;
      const age = ageOf(frame, now);
      // The first pictures wait in the player while it analyses the stream.
      if (age !== null && now > from) samples.push(age);
    }
    if (from !== 0 && Date.now() > from + seconds * 1000) break;
  }
  player.kill('SIGKILL');
  await player.exited;
  return samples;
}
