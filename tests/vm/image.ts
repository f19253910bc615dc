/** The image under test: whether this machine can build one, the build, and a look into its root without booting it. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageVersion } from '../../appliance/build/application.ts';
import { findMirror } from '../../appliance/build/mirror.ts';
import { paths } from '../../appliance/build/paths.ts';
import { openDisk } from '../../appliance/vm/disk.ts';
import { ensureQemu } from '../../appliance/vm/qemu-packages.ts';
import { messageOf } from '../../server/errors.ts';
import type { EngineName } from '../../server/media/contract.ts';
import { version as packageVersion } from '../../server/version.ts';

/** Not the version of package.json: the box must tell the version of its image, not of its sources. */
export const imageVersion = `${packageVersion}~vm-test`;

/** Of a cold build: caches, image, and the disks of the machines. Bytes. */
const space = 6 * 1024 ** 3;

/** Why no image can be built here, or null. */
export async function whyNoImage(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'not Linux on x86-64';
  if (process.getuid?.() !== 0) return 'not root';
  if (Bun.which('apt-get') === null) return 'no apt';
  mkdirSync(paths.cache, { recursive: true });
  for (const dir of [paths.cache, paths.repository]) {
    const { bavail, bsize } = statfsSync(dir);
    if (bavail * bsize < space) return `less than ${space / 1024 ** 3} GiB free at ${dir}`;
  }
  try {
    await findMirror(false);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** An image that was built. */
export class Image {
  private constructor(readonly file: string) {}

  /**
   * Builds it, with the builder's own caches.
   * @param engine its media server
   * @throws Error when the builder fails; it has said why on the screen
   */
  static async build(engine: EngineName): Promise<Image> {
    const builder = join(paths.repository, 'appliance/build/main.ts');
    const child = Bun.spawn(
      [
        ...[process.execPath, builder, '--version', imageVersion],
        ...(engine === 'embedded' ? ['--allow-embedded'] : []),
      ],
      { cwd: paths.repository, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' },
    );
    if ((await child.exited) !== 0) throw new Error('the image could not be built: the lines above say why');
    return new Image(join(paths.output, `consultbox_${imageVersion}.raw`));
  }

  /** Its version file, out of its root. */
  async version(): Promise<ImageVersion> {
    return JSON.parse(await this.read('/usr/lib/consultbox/version.json')) as ImageVersion;
  }

  /** A text file of its root. */
  async read(path: string): Promise<string> {
    const { start } = this.partition('root_');
    return await runTool('dump.erofs', [`--offset=${start}`, '--cat', `--path=${path}`, this.file]);
  }

  /** Where a partition lies in the image, bytes. @throws Error when there is none whose label begins so */
  partition(label: string): { start: number; size: number } {
    const found = partitions(this.file).find((each) => each.label.startsWith(label));
    if (found === undefined) throw new Error(`${this.file} has no partition ${label}…`);
    return found;
  }
}

/**
 * Makes the disk of a machine whose root is rotten: its first mebibytes are rubbish.
 * @param layer over the image
 * @param offset of the root partition, bytes
 */
export async function damageDisk(image: string, layer: string, offset: number): Promise<void> {
  const { variables } = await ensureQemu();
  const { file } = await openDisk({ image, file: layer, size: '8G', fresh: true, variables });
  const child = Bun.spawn(['qemu-io', '-f', 'qcow2', '-c', `write -P 0xa5 ${offset} 64M`, file], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const words = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${file} could not be damaged: ${words.trim()}`);
}

/** The exposure level of a unit file, 0 (best) to 10, as systemd itself scores it. @param root holds the unit */
export async function exposure(root: string, unit: string): Promise<number> {
  const report = await runTool('systemd-analyze', [
    ...['security', '--offline=true', '--no-pager', `--root=${root}`, unit],
  ]);
  const level = /Overall exposure level for \S+: (\d+\.\d+)/.exec(report)?.[1];
  if (level === undefined) throw new Error(`systemd-analyze said no level:\n${report}`);
  return Number(level);
}

/** A program of the builder's tool tree, which may be newer than this machine: run by the tree's own loader. */
async function runTool(program: string, args: string[]): Promise<string> {
  const tree = new Bun.Glob('*/usr/bin/mkosi').scanSync({ cwd: paths.tools }).next().value?.split('/')[0];
  if (tree === undefined) throw new Error(`there is no tool tree in ${paths.tools}: build an image first`);
  const root = join(paths.tools, tree);
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  const child = Bun.spawn(
    [
      join(root, 'usr/lib64/ld-linux-x86-64.so.2'),
      ...['--library-path', `${libraries}:${libraries}/systemd`],
      ...[join(root, 'usr/bin', program), ...args],
    ],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  );
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${program} ${args.join(' ')}: ${err.trim()}`);
  return out;
}

const sector = 512;

/** The GPT of a raw disk (UEFI specification 5.3). */
function partitions(file: string): { label: string; start: number; size: number }[] {
  if (!existsSync(file)) throw new Error(`there is no image ${file}`);
  const descriptor = openSync(file, 'r');
  try {
    const read = (offset: number, length: number) => {
      const bytes = Buffer.alloc(length);
      readSync(descriptor, bytes, 0, length, offset);
      return bytes;
    };
    const header = read(sector, 92);
    if (header.toString('latin1', 0, 8) !== 'EFI PART') throw new Error(`${file} has no GPT`);
    const [count, size] = [header.readUInt32LE(80), header.readUInt32LE(84)];
    const table = read(Number(header.readBigUInt64LE(72)) * sector, count * size);
    return Array.from({ length: count }, (_, index) => table.subarray(index * size, (index + 1) * size))
      .filter((entry) => entry.subarray(0, 16).some((byte) => byte !== 0))
      .map((entry) => {
        const [first, last] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
        return {
          label: entry.toString('utf16le', 56, 128).replace(/\0+$/, ''),
          start: first * sector,
          size: (last - first + 1) * sector,
        };
      });
  } finally {
    closeSync(descriptor);
  }
}
