#!/usr/bin/env bun
/**
 * `bun run appliance:measure`: the figures of docs/appliance/figures.md that need a running box. The newest image
 * and a bare Debian with the same kernel boot in turn, in the same virtual machine, on this computer.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../server/errors.ts';
import { freePorts } from '../../tests/tools/ports.ts';
import { waitFor } from '../../tests/tools/wait.ts';
import { findMirror } from '../build/mirror.ts';
import { mkosi } from '../build/mkosi.ts';
import { paths } from '../build/paths.ts';
import { Progress } from '../build/progress.ts';
import { ensureToolTree } from '../build/tool-tree.ts';
import { type HostPorts, Machine } from '../vm/machine.ts';
import { newestImage } from '../vm/newest-image.ts';

const rounds = 2;
/** A boot without KVM on a busy machine, ms. */
const bootLimit = 900_000;
/** After the start everything settles for this long before memory is read, ms. */
const rest = 60_000;

async function bareImage(progress: Progress): Promise<string> {
  const mirror = await findMirror(false);
  const tools = await ensureToolTree(mirror, progress);
  const output = join(paths.cache, 'bare/output');
  const image = join(output, 'bare.raw');
  if (existsSync(image)) return image;
  await mkosi({
    directory: join(paths.repository, 'appliance/measure/bare'),
    ...{ tools, mirror, progress, output },
    cache: join(paths.cache, 'bare/cache'),
    arguments: ['-f'],
  });
  return image;
}

async function ports(): Promise<HostPorts> {
  const [https = 0, http = 0, phone = 0, rtmp = 0, ice = 0] = await freePorts(5);
  return { https, http, phone, rtmp, ice };
}

/** Seconds by the clock, and of the processor: this computer may be busy with other things. */
interface Moment {
  clock: number;
  processor: number;
}

interface Boot {
  /** systemd's multi-user.target. */
  multiUser: Moment;
  /** The first good answer of `/livez`; null for a system without one. */
  livez: Moment | null;
  memory: number | null;
}

async function boot(image: string, data: string, ours: boolean): Promise<Boot> {
  const machine = await Machine.start({ image, data, ports: await ports() });
  const begin = performance.now();
  const now = (): Moment => ({
    clock: Math.round((performance.now() - begin) / 1000),
    processor: Math.round(machine.processorSeconds()),
  });
  try {
    let livez: Moment | null = null;
    const reached = async () => {
      if (ours && livez === null && (await alive(machine.options.ports.phone))) livez = now();
      return /Reached target.*multi-user\.target/.test(machine.serialText());
    };
    await waitFor('multi-user.target', reached, { limit: bootLimit, interval: 200 });
    const multiUser = now();
    if (ours && livez === null) {
      await waitFor('/livez', () => alive(machine.options.ports.phone), { limit: bootLimit, interval: 200 });
      livez = now();
    }
    await Bun.sleep(rest);
    const memory = await machine.memory();
    await machine.powerDown();
    await Promise.race([machine.exited, Bun.sleep(120_000)]);
    return { multiUser, livez, memory: memory?.used ?? null };
  } finally {
    await machine.stop();
  }
}

async function alive(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const image = newestImage();
  const bare = await bareImage(new Progress(join(paths.cache, 'measure.log')));
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-measure-'));
  const text = ({ clock, processor }: Moment) => `${clock} s (${processor} s of processor time)`;
  const show = (what: string, { multiUser, livez, memory }: Boot) => {
    const parts = [`multi-user ${text(multiUser)}`];
    if (livez !== null) parts.push(`/livez ${text(livez)}`);
    if (memory !== null) parts.push(`memory used ${memory} MiB`);
    console.log(`${what.padEnd(24)} ${parts.join(', ')}`);
  };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const kind = round === 1 ? 'first boot' : 'later boot';
      const plain = await boot(bare, join(dir, 'bare.qcow2'), false);
      show(`bare Debian, ${kind}`, plain);
      const box = await boot(image, join(dir, 'box.qcow2'), true);
      show(`Consultbox, ${kind}`, box);
      const { livez } = box;
      if (livez !== null) {
        const clock = (livez.clock / plain.multiUser.clock).toFixed(2);
        const processor = (livez.processor / plain.multiUser.processor).toFixed(2);
        console.log(`${'ratio'.padEnd(24)} ${clock} by the clock, ${processor} by processor time`);
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`✗ ${messageOf(error)}`);
  process.exit(1);
});
