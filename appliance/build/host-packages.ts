/** What the building machine itself needs; all else comes from the tool tree. */
import { existsSync } from 'node:fs';
import { run } from './command.ts';
import { BuildError } from './errors.ts';
import type { Progress } from './progress.ts';

/** A package, and what shows that it is there. */
const needed: { pack: string; there: () => boolean }[] = [
  { pack: 'mmdebstrap', there: () => Bun.which('mmdebstrap') !== null },
  { pack: 'python3', there: () => Bun.which('python3') !== null },
  { pack: 'zstd', there: () => Bun.which('zstd') !== null },
  {
    // Trixie's keys: an early bookworm has an older one.
    pack: 'debian-archive-keyring',
    there: () => existsSync('/usr/share/keyrings/debian-archive-trixie-stable.gpg'),
  },
];

/** @throws BuildError when this machine cannot build images */
export async function ensureHostPackages(progress: Progress): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new BuildError('The image is built on Linux on x86-64 only.');
  }
  if (Bun.which('apt-get') === null)
    throw new BuildError('The image is built on Debian 12 or newer: no apt.');
  if (process.getuid?.() !== 0) {
    throw new BuildError(
      'Building a disk image needs root. Run it again as root: sudo bun run appliance:build',
    );
  }
  const missing = needed.filter(({ there }) => !there()).map(({ pack }) => pack);
  if (missing.length > 0) await aptInstall(missing, progress);
}

/**
 * Installs Debian packages on this machine.
 * @throws BuildError when apt cannot
 */
export async function aptInstall(packages: string[], progress?: Progress): Promise<void> {
  const failure = `apt cannot install ${packages.join(', ')}. Is this machine online, and are its sources right?`;
  const options = {
    failure,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    ...(progress === undefined ? {} : { progress }),
  };
  progress?.say(`  installing ${packages.join(', ')} (apt)`);
  await run(['apt-get', '-qq', 'update'], options);
  await run(['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...packages], options);
}
