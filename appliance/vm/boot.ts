#!/usr/bin/env bun
/** `bun run appliance:boot`: the image in a virtual machine on this computer, for a person. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../server/errors.ts';
import { freePort } from './free-port.ts';
import { type HostPorts, Machine } from './machine.ts';
import { newestImage } from './newest-image.ts';

const usage = `Usage: bun run appliance:boot [--image FILE] [--memory MB] [--disk SIZE] [--data FILE] [--fresh]
                             [--journal] [--help]

Boots an image of appliance:build in QEMU and shows its addresses. Ctrl-C ends it. The image itself is never changed:
what the box writes goes into a layer over it and is there again at the next boot.

  --image FILE   the newest image of dist/appliance by itself
  --memory MB    2048 by itself
  --disk SIZE    size of the disk, e.g. 8G; for a new layer only
  --data FILE    the layer; <image>.disk.qcow2 by itself
  --fresh        forget what the box wrote: a first boot
  --journal      the whole journal in the serial log, to find out why something does not start`;

/** On loopback, where they are free. */
const usualPorts: HostPorts = { https: 8443, http: 8081, phone: 8080, rtmp: 1935, ice: 8189 };

/** Without them a box keeps its journal to itself: nobody can log in and read it. */
const journalArguments = [
  'systemd.journald.forward_to_console=1',
  'systemd.journald.max_level_console=debug',
];

/** The usual port, or any free one: a box may already run on this computer. */
async function portsHere(): Promise<HostPorts> {
  const ports = { ...usualPorts };
  for (const name of Object.keys(ports) as (keyof HostPorts)[]) ports[name] = await freePort(ports[name]);
  return ports;
}

function describe(machine: Machine): string {
  const { ports } = machine.options;
  const began = {
    new: 'a new disk: this is a first boot',
    kept: 'the disk of the last boot',
    replaced: 'a new disk: the image was built anew',
  };
  return `
  ${machine.options.image}, on ${began[machine.disk.state]}

  Doctor’s page     https://127.0.0.1:${ports.https}/
  Phones            http://127.0.0.1:${ports.phone}/   (port 80: http://127.0.0.1:${ports.http}/)
  RTMP              rtmp://127.0.0.1:${ports.rtmp}/
  ICE               127.0.0.1:${ports.ice}, TCP and UDP
  Serial log        ${machine.serialLog}
  QEMU’s control    ${machine.qmpSocket}

  ${machine.accelerated ? 'With KVM: it is up in seconds.' : 'Without KVM the processor is emulated: it is up in 2 to 4 minutes.'} Ctrl-C ends it.
  Keys, then Enter: s writes a screenshot, p presses the power button, r the reset button.
`;
}

/** What a person would do with the box's own buttons and eyes. */
async function followKeys(machine: Machine): Promise<void> {
  for await (const line of console) {
    const key = line.trim();
    try {
      if (key === 's') {
        const file = `${machine.disk.file}.png`;
        await machine.screenshot(file);
        console.log(`  ${file}`);
      } else if (key === 'p') await machine.powerDown();
      else if (key === 'r') await machine.reset();
    } catch (error) {
      console.error(`  ${messageOf(error)}`);
    }
  }
}

async function healthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/livez`, {
      signal: AbortSignal.timeout(5000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      image: { type: 'string' },
      memory: { type: 'string', default: '2048' },
      disk: { type: 'string' },
      data: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      journal: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const memory = Number(values.memory);
  if (!Number.isInteger(memory) || memory < 512) throw new Error('--memory is a number of MB, 512 or more');
  const ports = await portsHere();
  const begin = performance.now();
  const machine = await Machine.start({
    image: values.image ?? newestImage(),
    ports,
    memory,
    fresh: values.fresh,
    kernelArguments: values.journal ? journalArguments : [],
    ...(values.disk === undefined ? {} : { disk: values.disk }),
    ...(values.data === undefined ? {} : { data: values.data }),
  });
  console.log(describe(machine));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void machine.stop().then(() => process.exit(0)));
  }
  void followKeys(machine);
  let running = true;
  void machine.exited.then(() => {
    running = false;
  });
  let shown = false;
  while (running) {
    if (!shown && (await healthy(ports.phone))) {
      shown = true;
      console.log(`  The box is up, after ${Math.round((performance.now() - begin) / 1000)} s.\n`);
    }
    await Bun.sleep(1000);
  }
  console.log('  The virtual machine has ended.');
  await machine.stop();
}

main().catch((error: unknown) => {
  console.error(`✗ ${messageOf(error)}`);
  process.exit(1);
});
