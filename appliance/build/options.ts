/** The command line. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../server/errors.ts';
import { version as packageVersion } from '../../server/version.ts';
import { BuildError } from './errors.ts';

/** What the person at the terminal asked for. */
export interface BuildOptions {
  version: string;
  /** Small instead of fast: zstd in the root, fresh packages, a compressed image. */
  release: boolean;
  allowEmbedded: boolean;
  /** Also write `.raw.zst`. */
  compress: boolean;
}

/** Shown by `--help`. */
export const usage = `Usage: bun run appliance:build [--version N] [--release] [--compress] [--allow-embedded] [--help]

Builds the bootable image into dist/appliance/, as root, on Debian 12 or newer, with nothing but apt.
The first build takes about 6 minutes, the next ones about 1. Caches: ~/.cache/consultbox/appliance.

  --version N        version of the image; ${packageVersion} by itself (package.json)
  --release          smaller, slower: zstd instead of lz4, all packages fresh, and a compressed image
  --compress         a compressed image (.raw.zst) without --release
  --allow-embedded   go on without MediaMTX: the image then runs the embedded media server

APPLIANCE_DEBIAN_MIRROR   a Debian mirror, when apt's own configuration has none with trixie`;

/** @throws BuildError on an unknown option or a version that cannot be one */
export function readOptions(args: string[]): BuildOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const version = values.version ?? packageVersion;
  // "_" and "+" have meanings of their own in the names of updates and of counted boots.
  if (!/^\d[0-9A-Za-z.~-]{0,31}$/.test(version)) {
    throw new BuildError(
      `"${version}" cannot be a version: a digit first, then digits, letters, ".", "-" or "~", e.g. --version 1.2.0`,
    );
  }
  const release = values.release ?? false;
  return {
    version,
    release,
    allowEmbedded: values['allow-embedded'] ?? false,
    compress: release || (values.compress ?? false),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        version: { type: 'string' },
        release: { type: 'boolean' },
        compress: { type: 'boolean' },
        'allow-embedded': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new BuildError(`${messageOf(error)}\n\n${usage}`);
  }
}
