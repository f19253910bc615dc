/** The machine's disk: a layer over the image, so that the image stays as it was built. */
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where the disk lies and what it begins with. */
export interface DiskOptions {
  /** The raw image. */
  image: string;
  /** The layer. */
  file: string;
  /** As qemu-img understands it, e.g. `8G`. */
  size: string;
  /** A new layer, even when there is one. */
  fresh: boolean;
  /** The template of the firmware's variables, which live beside the layer. */
  variables: string;
}

/** The layer over an image, ready for QEMU. */
export interface Disk {
  file: string;
  variables: string;
  /** What the layer holds: nothing yet, or an earlier boot's data. */
  state: 'new' | 'kept' | 'replaced';
}

/**
 * Opens or makes the layer. One over an image that was built anew since would be damaged: it is replaced.
 * @throws Error when qemu-img cannot make it
 */
export async function openDisk({ image, file, size, fresh, variables }: DiskOptions): Promise<Disk> {
  if (!existsSync(image)) {
    throw new Error(
      `There is no image ${image}: build one by bun run appliance:build, or name one by --image.`,
    );
  }
  const stamp = `${file}.image`;
  const { mtimeMs, size: bytes } = statSync(image);
  const identity = `${resolve(image)} ${bytes} ${mtimeMs}`;
  const disk = { file, variables: `${file}.efivars` };
  const exists = existsSync(file);
  const same = exists && existsSync(stamp) && readFileSync(stamp, 'utf8') === identity;
  if (same && !fresh && existsSync(disk.variables)) return { ...disk, state: 'kept' };

  rmSync(file, { force: true });
  const child = Bun.spawn(
    ['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', resolve(image), file, size],
    {
      stderr: 'pipe',
    },
  );
  if ((await child.exited) !== 0) {
    throw new Error(`${file} cannot be made: ${(await new Response(child.stderr).text()).trim()}`);
  }
  copyFileSync(variables, disk.variables);
  writeFileSync(stamp, identity);
  return { ...disk, state: exists && !fresh ? 'replaced' : 'new' };
}
