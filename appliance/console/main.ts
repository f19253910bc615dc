#!/usr/bin/env bun
/**
 * The program on tty1: what a person sees who plugs a monitor into the box. It asks the supervisor on loopback and
 * draws; it changes nothing and takes no input.
 */
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { parseArgs } from 'node:util';
import { contentOf } from './content.ts';
import { draw } from './draw.ts';
import { findFont } from './font.ts';
import { readFramebuffer } from './framebuffer.ts';
import { layout } from './layout.ts';
import { Screen } from './screen.ts';
import { askSupervisor, Poller } from './state.ts';
import { quietTerminal, restoredTerminal } from './terminal.ts';

const usage = `Usage: main.ts [--once] [--output FILE.png [--size 1280x800]]

Shows the box's address, set-up code, QR code and health on the framebuffer, else on the terminal.

  --once      shows it once, then ends
  --output    draws once into a PNG file instead
  --size      of that picture

CONSULTBOX_INTERNAL_PORT (8079), CONSULTBOX_TRANSCODING_PROGRAM (ffmpeg), CONSULTBOX_CONSOLE_FONT`;

/** Between two questions, ms. */
const interval = 2000;
const controlC = 3;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        output: { type: 'string' },
        size: { type: 'string', default: '1280x800' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const size = /^(\d{3,5})x(\d{3,5})$/.exec(values.size);
    if (size === null) throw new Error(`--size ${values.size}: WIDTHxHEIGHT is expected`);
    return { ...values, size: { width: Number(size[1]), height: Number(size[2]) } };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const { once, output, size, help } = options();
  if (help) {
    console.log(usage);
    return;
  }
  const { env } = process;
  const ffmpeg = env.CONSULTBOX_TRANSCODING_PROGRAM ?? 'ffmpeg';
  const font = env.CONSULTBOX_CONSOLE_FONT;
  const poller = new Poller(askSupervisor(Number(env.CONSULTBOX_INTERNAL_PORT ?? 8079)));
  const content = async () => contentOf(await poller.poll(performance.now()));

  if (output !== undefined) {
    const drawing = layout(await content(), size);
    await Bun.write(output, await draw(drawing, { ffmpeg, font: findFont(font), format: 'png' }));
    return;
  }
  // The set-up code belongs on a screen, not in a journal.
  const isTerminal = isatty(1);
  if (!isTerminal) console.error('standard output is no terminal: nothing is shown as text');
  const print = (text: string) => {
    // At once: what is written later would come on top of the picture.
    if (isTerminal) writeSync(1, text);
  };
  const screen = new Screen({
    ffmpeg,
    font,
    framebuffer: () => readFramebuffer(),
    print,
    // Standard output is the screen itself.
    log: (line) => console.error(line),
  });
  print(quietTerminal);
  const leave = () => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    print(restoredTerminal);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  if (process.stdin.isTTY && !once) {
    // Keys that somebody presses would be echoed into the picture.
    process.stdin.setRawMode(true);
    process.stdin.on('data', (keys: Buffer) => {
      if (keys.includes(controlC)) leave();
    });
  }
  do {
    await screen.show(await content(), performance.now());
    if (!once) await Bun.sleep(interval);
  } while (!once);
}

await main();
