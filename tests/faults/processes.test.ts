/** Whatever process dies: both pictures come back with nothing typed, and nothing is left behind. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { waitFor } from '../tools/wait.ts';

/** Every process whose ancestors include `pid`. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while the list was read.
      parents.delete(Number(name));
    }
  }
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const [child, of] of parents) {
      if (of !== parent) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

function isRunning(pid: number): boolean {
  try {
    // A zombie has ended: only its parent has not asked yet.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

onEachEngine('a process dies', (engine) => {
  let box: Box;
  let browser: Browser;
  let consultation: RunningConsultation;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
    consultation = await RunningConsultation.begin(box, browser);
  }, 180_000);

  afterAll(async () => {
    await consultation?.stop();
    await browser?.close();
    await box?.stop();
  });

  test('an FFmpeg is killed: another takes its place', async () => {
    for (const direction of ['doctor_to_phone', 'patient_to_page']) {
      const find = async () => {
        const { transcoders } = await box.status();
        return transcoders.find((each) => each.name.includes(direction))?.pid ?? null;
      };
      const pid = await waitFor('it runs', find);
      process.kill(pid, 'SIGKILL');
      await waitFor('another runs', async () => {
        const now = await find();
        return now !== null && now !== pid;
      });
      await consultation.bothSee();
    }
  });

  test('the media server is killed: it is started again, and everyone reconnects', async () => {
    const pid = (await box.status()).media.process.pid;
    if (pid === null) throw new Error('it does not run');
    process.kill(pid, 'SIGKILL');
    await waitFor('another runs', async () => {
      const { media } = await box.status();
      return media.ready && media.process.pid !== pid;
    });
    await consultation.bothSee();
  });

  test('the supervisor is killed with SIGKILL: no child is left; after its restart both pictures return', async () => {
    const children = descendants(box.pid);
    expect(children.length).toBeGreaterThanOrEqual(3);
    await box.kill();
    await waitFor('no child is left', () => !children.some(isRunning));
    box.run();
    await box.ready();
    await consultation.bothSee();
    expect((await box.view(consultation.id)).state).toBe('live');
  });

  test('a consultation that ends drops everyone', async () => {
    await box.post(`/api/consultations/${consultation.id}/end`);
    await consultation.doctor.id('new-consultation').waitFor();
    await waitFor('no stream is left', async () => {
      const answer = await fetch(`http://127.0.0.1:${box.ports.control}/v3/paths/list`);
      const { items } = (await answer.json()) as { items: { ready: boolean }[] };
      return items.every((path) => !path.ready);
    });
  });
});
