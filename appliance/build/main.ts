#!/usr/bin/env bun
/** `bun run appliance:build`: the bootable image, from nothing but apt. Read from top to bottom, it is the recipe. */
import { messageOf } from '../../server/errors.ts';
import { stageApplication } from './application.ts';
import { compressImage } from './compress.ts';
import { findEngine } from './engine.ts';
import { BuildError } from './errors.ts';
import { ensureHostPackages } from './host-packages.ts';
import { findMirror } from './mirror.ts';
import { makeImage } from './mkosi.ts';
import { readOptions, usage } from './options.ts';
import { paths } from './paths.ts';
import { Progress } from './progress.ts';
import { describeImage } from './result.ts';
import { ensureToolTree } from './tool-tree.ts';

async function build(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const progress = new Progress(paths.log);

  await progress.step('programs of this machine', () => ensureHostPackages(progress));
  const mirror = await progress.step('Debian mirror', () => findMirror(options.release));
  const engine = await progress.step('media server', () => findEngine(options.allowEmbedded));
  const tools = await progress.step('tool tree', () => ensureToolTree(mirror, progress));
  const application = await progress.step('supervisor and pages', () => stageApplication(options, engine));
  const image = await progress.step('image', () =>
    makeImage({ options, mirror, tools, application, progress }),
  );
  const compressed = options.compress
    ? await progress.step('compression', () => compressImage(image, options.release))
    : null;

  console.log(await describeImage({ image, compressed, options, engine, seconds: progress.elapsed() }));
}

build().catch((error: unknown) => {
  if (error instanceof BuildError && error.output !== '') console.error(`\n${error.output}`);
  console.error(`\n✗ ${messageOf(error)}`);
  process.exit(1);
});
