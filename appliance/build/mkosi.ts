/** Calls mkosi: packages → root, verity, initrd, UKI → one disk image. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { BuildError } from './errors.ts';
import { type DebianMirror, sourcesFile } from './mirror.ts';
import type { BuildOptions } from './options.ts';
import { paths } from './paths.ts';
import type { Progress } from './progress.ts';

/** For the network cards and processors of cheap boxes; from non-free-firmware. */
const firmwarePackages = ['firmware-realtek', 'intel-microcode', 'amd64-microcode'];

/** Everything that an image is made of. */
export interface ImageInputs {
  options: BuildOptions;
  mirror: DebianMirror;
  /** The tool tree. */
  tools: string;
  /** The staged application. */
  application: string;
  progress: Progress;
}

/**
 * @returns the raw disk image, in the output folder
 * @throws BuildError when mkosi fails
 */
export async function makeImage({
  options,
  mirror,
  tools,
  application,
  progress,
}: ImageInputs): Promise<string> {
  rmSync(paths.mkosi.output, { recursive: true, force: true });
  if (!mirror.firmware) progress.say('  !! no firmware packages: the mirror has no non-free-firmware');

  await mkosi({
    directory: paths.image,
    ...{ tools, mirror, progress },
    output: paths.mkosi.output,
    cache: paths.mkosi.cache,
    arguments: [
      `--extra-tree=${application}`,
      `--repart-directory=${repartDirectory(options)}`,
      `--image-version=${options.version}`,
      ...(mirror.firmware ? firmwarePackages.map((name) => `--package=${name}`) : []),
      // Once: replace the output. Twice: also forget the installed packages, for the newest ones.
      options.release ? '-ff' : '-f',
    ],
  });
  return keepOutput(`consultbox_${options.version}`);
}

/** One run of mkosi. */
export interface MkosiCall {
  /** Its configuration. */
  directory: string;
  tools: string;
  mirror: DebianMirror;
  /** Of the installed packages. */
  cache: string;
  output: string;
  arguments: string[];
  progress: Progress;
}

/**
 * Runs mkosi from the tool tree, by this machine's own Python.
 * @throws BuildError when it fails
 */
export async function mkosi(call: MkosiCall): Promise<void> {
  const { directory, tools, mirror, cache, output, progress } = call;
  const { packages, workspace, sandbox } = paths.mkosi;
  for (const dir of [packages, workspace, sandbox, cache, output]) mkdirSync(dir, { recursive: true });
  writeSources(mirror);
  await run(
    [
      'python3',
      '-m',
      'mkosi',
      `--directory=${directory}`,
      `--tools-tree=${tools}`,
      `--sandbox-tree=${sandbox}`,
      `--cache-directory=${cache}`,
      `--package-cache-dir=${packages}`,
      `--workspace-directory=${workspace}`,
      `--output-directory=${output}`,
      ...(mirror.proxy === '' ? [] : [`--proxy-url=${mirror.proxy}`]),
      ...call.arguments,
      'build',
    ],
    {
      progress,
      env: { PYTHONPATH: join(tools, 'usr/lib/python3/dist-packages'), PYTHONDONTWRITEBYTECODE: '1' },
      failure: 'mkosi could not make the image.',
      onLine: milestone,
    },
  );
}

/** mkosi's own milestones, without the trees of commands between them. */
function milestone(line: string): string | null {
  return /^‣ {1,3}(\S.*)$/.exec(line)?.[1] ?? null;
}

/** Instead of mkosi's own list, which names a mirror and a suite that mirrors lack. */
function writeSources(mirror: DebianMirror): void {
  const dir = join(paths.mkosi.sandbox, 'etc/apt/sources.list.d');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'mkosi.sources'), sourcesFile(mirror));
}

/** The partitions, with the compression of this build. */
function repartDirectory({ release }: BuildOptions): string {
  const dir = join(paths.cache, 'mkosi/repart');
  rmSync(dir, { recursive: true, force: true });
  cpSync(join(paths.image, 'partitions'), dir, { recursive: true });
  const compression = release ? 'Compression=zstd\nCompressionLevel=8\n' : 'Compression=lz4\n';
  mkdirSync(join(dir, '10-root.conf.d'));
  writeFileSync(join(dir, '10-root.conf.d/compression.conf'), `[Partition]\n${compression}`);
  return dir;
}

/** Moves what mkosi made to the output folder, whose other versions stay. */
function keepOutput(name: string): string {
  const image = `${name}.raw`;
  if (!existsSync(join(paths.mkosi.output, image))) {
    throw new BuildError(`mkosi ended well but left no ${image}: see ${paths.log}.`);
  }
  mkdirSync(paths.output, { recursive: true });
  for (const file of readdirSync(paths.mkosi.output)) {
    if (file === image || file === `${name}.manifest`) move(file);
  }
  return join(paths.output, image);
}

function move(file: string): void {
  const from = join(paths.mkosi.output, file);
  const to = join(paths.output, file);
  rmSync(to, { force: true });
  try {
    renameSync(from, to);
  } catch {
    // The cache is on another file system; cp keeps the holes.
    const copy = Bun.spawnSync(['cp', '--sparse=always', from, to]);
    if (!copy.success)
      throw new BuildError(`${file} cannot be written to ${paths.output}: is the disk full?`);
  }
}
