/**
 * Where Debian's packages come from: this machine's own apt configuration, in either of its formats, or the
 * environment. The repository names no mirror.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { BuildError } from './errors.ts';

/** The Debian that the appliance is made of. */
export const release = 'trixie';

/** An archive of it, as this machine reaches it. */
export interface DebianMirror {
  main: string;
  /** Null where this machine knows none: the image then lacks the fixes since the last point release. */
  security: string | null;
  /** Firmware of network cards and microcode can be had. */
  firmware: boolean;
  /** apt's proxy, or an empty text. */
  proxy: string;
}

/**
 * @param strict a release without security updates is refused
 * @throws BuildError when no source has the release
 */
export async function findMirror(strict: boolean): Promise<DebianMirror> {
  const sources = await configuredSources();
  const wanted = process.env.APPLIANCE_DEBIAN_MIRROR;
  const candidates = wanted === undefined ? sources : [withSlash(wanted)];
  const main = await firstWith(candidates, release);
  if (main === null) {
    const asked = candidates.length === 0 ? 'apt has no sources' : `asked: ${candidates.join(' ')}`;
    throw new BuildError(
      `No Debian mirror with ${release} (${asked}). Set APPLIANCE_DEBIAN_MIRROR to the address of one, or add one to /etc/apt.`,
    );
  }
  const security = await firstWith(
    [...sources, main.replace(/\/$/, '-security/'), main],
    `${release}-security`,
  );
  if (security === null) {
    const message = `No source of this machine has ${release}-security`;
    if (strict) throw new BuildError(`${message}: a release is not built without it. Add it to /etc/apt.`);
    console.warn(`!! ${message}: this image lacks the newest fixes.`);
  }
  return {
    main,
    security,
    firmware: await exists(`${main}dists/${release}/non-free-firmware/binary-amd64/Packages.xz`),
    proxy: await aptProxy(),
  };
}

/** The mirror as lines of a deb822 file. */
export function sourcesFile({ main, security, firmware }: DebianMirror): string {
  const entry = (uri: string, suites: string) =>
    [
      'Types: deb',
      `URIs: ${uri}`,
      `Suites: ${suites}`,
      `Components: main${firmware ? ' non-free-firmware' : ''}`,
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
    ].join('\n');
  return [
    entry(main, `${release} ${release}-updates`),
    security === null ? '' : entry(security, `${release}-security`),
  ].join('\n');
}

function withSlash(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** Every archive that apt is configured for. apt itself reads its files: it knows all their formats. */
async function configuredSources(): Promise<string[]> {
  const text = await run(
    [
      'apt-get',
      'indextargets',
      '--no-release-info',
      '--format',
      'source $(REPO_URI)',
      'Created-By: Packages',
    ],
    { failure: "apt's configuration cannot be read." },
  );
  const uris = text.split('\n').flatMap((line) => /^source (\S+)$/.exec(line)?.[1] ?? []);
  return [...new Set(uris)].map(withSlash);
}

async function firstWith(uris: string[], suite: string): Promise<string | null> {
  for (const uri of uris) {
    const text = await download(`${uri}dists/${suite}/InRelease`);
    if (text === null || !/^Origin: Debian$/m.test(text)) continue;
    if (new RegExp(`^Codename: ${suite}$`, 'm').test(text)) return uri;
  }
  return null;
}

async function exists(uri: string): Promise<boolean> {
  return (await download(uri)) !== null;
}

/** Through apt, which has this machine's proxies and keys. */
async function download(uri: string): Promise<string | null> {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-mirror-'));
  const file = join(dir, 'file');
  try {
    await run(['/usr/lib/apt/apt-helper', 'download-file', uri, file], { failure: `${uri} cannot be had.` });
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function aptProxy(): Promise<string> {
  const text = await run(['apt-config', 'shell', 'PROXY', 'Acquire::http::Proxy'], {
    failure: "apt's configuration cannot be read.",
  });
  return /^PROXY='(.*)'$/m.exec(text)?.[1] ?? '';
}
