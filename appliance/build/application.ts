/** Puts the application together as it stands in the image: `/usr/lib/consultbox`. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildUi } from '../../scripts/build-ui.ts';
import { bundleLayout } from '../../server/program-files.ts';
import type { ImageEngine } from './engine.ts';
import { BuildError } from './errors.ts';
import { gitCommit } from './git.ts';
import type { BuildOptions } from './options.ts';
import { paths } from './paths.ts';

/** Cannot be bundled: it loads a native library that stands beside it. */
const nativePackage = 'node-datachannel';
const nativeLibrary = '@node-datachannel/linux-x64-gnu';

/** `/usr/lib/consultbox/version.json`. */
export interface ImageVersion {
  version: string;
  engine: string;
  engineVersion: string;
  commit: string;
  builtAt: string;
}

/** @returns the folder whose content is laid over the image's root */
export async function stageApplication(options: BuildOptions, engine: ImageEngine): Promise<string> {
  rmSync(paths.stage, { recursive: true, force: true });
  const home = join(paths.stage, 'usr/lib/consultbox');
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });

  const { version: imageVersion } = options;
  await bundle('server/main.ts', home, 'server.js', imageVersion);
  await bundle('server/media/embedded/main.ts', home, bundleLayout.embeddedEngine, imageVersion);
  // The screen's program; an image without it shows a black screen and works otherwise.
  if (existsSync(join(paths.repository, 'appliance/console/main.ts'))) {
    await bundle('appliance/console/main.ts', home, 'console.js', imageVersion);
  }
  await buildUi(join(home, bundleLayout.ui));
  cpSync(join(paths.repository, 'server/store/migrations'), join(home, bundleLayout.migrations), {
    recursive: true,
  });
  copyNativePackage(home);
  copyProgram(process.execPath, join(bin, 'bun'));
  if (engine.program !== null) copyProgram(engine.program, join(bin, 'mediamtx'));

  writeFileSync(join(home, 'engine.env'), engineSettings(engine));
  const version: ImageVersion = {
    version: options.version,
    engine: engine.engine,
    engineVersion: engine.version,
    commit: await gitCommit(),
    builtAt: new Date().toISOString(),
  };
  writeFileSync(join(home, 'version.json'), `${JSON.stringify(version, null, 2)}\n`);
  return paths.stage;
}

async function bundle(entry: string, outdir: string, name: string, imageVersion: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(paths.repository, entry)],
    outdir,
    naming: { entry: name },
    target: 'bun',
    format: 'esm',
    minify: { syntax: true, whitespace: true },
    sourcemap: 'none',
    external: [nativePackage],
    define: { CONSULTBOX_BUNDLED: 'true', CONSULTBOX_IMAGE_VERSION: JSON.stringify(imageVersion) },
    throw: false,
  });
  if (!result.success) {
    throw new BuildError(`${entry} does not bundle: correct it first.`, result.logs.map(String).join('\n'));
  }
}

function engineSettings({ engine }: ImageEngine): string {
  return engine === 'mediamtx'
    ? 'CONSULTBOX_MEDIA_ENGINE=auto\nCONSULTBOX_MEDIA_PROGRAM=/usr/lib/consultbox/bin/mediamtx\n'
    : 'CONSULTBOX_MEDIA_ENGINE=embedded\n';
}

/** The native package, what it requires, and nothing of its sources. */
function copyNativePackage(home: string): void {
  const from = join(paths.repository, 'node_modules');
  const to = join(home, 'node_modules');
  const dependencies = packageJson(join(from, nativePackage)).dependencies ?? {};
  const files: [string, string[]][] = [
    [nativePackage, ['package.json', 'dist/esm']],
    [nativeLibrary, ['.']],
    ...Object.keys(dependencies).map((name): [string, string[]] => [name, ['.']]),
  ];
  for (const [name, parts] of files) {
    if (!existsSync(join(from, name))) {
      throw new BuildError(`The package ${name} is not installed: run bun install, then build again.`);
    }
    for (const part of parts) {
      cpSync(join(from, name, part), join(to, name, part), { recursive: true, dereference: true });
    }
  }
}

function packageJson(dir: string): { dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
}

function copyProgram(from: string, to: string): void {
  cpSync(from, to, { dereference: true });
  chmodSync(to, 0o755);
}
