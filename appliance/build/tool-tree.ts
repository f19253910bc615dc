/** A small trixie in a folder: mkosi and everything that it calls. The building machine may be older. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { type DebianMirror, release } from './mirror.ts';
import { paths } from './paths.ts';
import type { Progress } from './progress.ts';

const packages = [
  'mkosi',
  'systemd-repart',
  'systemd-ukify',
  'systemd-boot',
  'systemd-boot-efi',
  'systemd-container',
  'cpio',
  'cryptsetup-bin',
  'debian-archive-keyring',
  'dosfstools',
  'e2fsprogs',
  'erofs-utils',
  'gpgv',
  'kmod',
  'mtools',
  'openssl',
  'python3-pefile',
  'xz-utils',
  'zstd',
];

/**
 * The tool tree; made anew only when its list of packages changed.
 * @returns its folder
 */
export async function ensureToolTree(mirror: DebianMirror, progress: Progress): Promise<string> {
  const name = new Bun.CryptoHasher('sha256')
    .update(`${release} ${packages.join(' ')}`)
    .digest('hex')
    .slice(0, 12);
  const tree = join(paths.tools, name);
  if (existsSync(join(tree, 'usr/bin/mkosi'))) return tree;
  mkdirSync(paths.tools, { recursive: true });
  for (const old of readdirSync(paths.tools))
    rmSync(join(paths.tools, old), { recursive: true, force: true });
  const unfinished = `${tree}.unfinished`;
  await run(
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=apt',
      `--include=${packages.join(',')}`,
      '--aptopt=APT::Install-Recommends "false"',
      ...(mirror.proxy === '' ? [] : [`--aptopt=Acquire::http::Proxy "${mirror.proxy}"`]),
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      release,
      unfinished,
      mirror.main,
    ],
    {
      progress,
      failure: 'The tool tree could not be made.',
      onLine: (line) => (line.startsWith('I: ') ? line.slice(3) : null),
    },
  );
  renameSync(unfinished, tree);
  return tree;
}
