/** What was built: a small file beside the image, and the last words on the screen. */
import { statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImageEngine } from './engine.ts';
import { gitCommit } from './git.ts';
import type { BuildOptions } from './options.ts';

/** `dist/appliance/consultbox_<version>.json`. Sizes are bytes. */
export interface ImageDescription {
  version: string;
  engine: string;
  engineVersion: string;
  release: boolean;
  commit: string;
  builtAt: string;
  buildSeconds: number;
  image: { file: string; size: number; allocated: number };
  compressed: { file: string; size: number } | null;
}

interface BuildResult {
  image: string;
  compressed: string | null;
  options: BuildOptions;
  engine: ImageEngine;
  seconds: number;
}

const mebibyte = 1024 * 1024;

/** Writes the description and returns it as text for a person. */
export async function describeImage(result: BuildResult): Promise<string> {
  const { image, compressed, options, engine, seconds } = result;
  const raw = statSync(image);
  const description: ImageDescription = {
    version: options.version,
    engine: engine.engine,
    engineVersion: engine.version,
    release: options.release,
    commit: await gitCommit(),
    builtAt: new Date().toISOString(),
    buildSeconds: seconds,
    image: { file: basename(image), size: raw.size, allocated: raw.blocks * 512 },
    compressed: compressed === null ? null : { file: basename(compressed), size: statSync(compressed).size },
  };
  writeFileSync(image.replace(/\.raw$/, '.json'), `${JSON.stringify(description, null, 2)}\n`);

  const size = (bytes: number) => `${Math.round(bytes / mebibyte)} MiB`;
  const lines = [
    '',
    `  ${image}`,
    `  version ${options.version}, media server ${engine.engine} ${engine.version}`,
    `  ${size(raw.size)}, of which ${size(description.image.allocated)} are on the disk; ${seconds} s`,
  ];
  if (description.compressed !== null) {
    lines.push(`  ${description.compressed.file}: ${size(description.compressed.size)}`);
  } else {
    lines.push(
      '  Not compressed: that takes time, and booting here needs none. --compress or --release do it.',
    );
  }
  lines.push('', '  Boot it here: bun run appliance:boot', '');
  return lines.join('\n');
}
