/**
 * Builds the mini-program into a folder that WeChat's developer tools open as it is.
 *
 * Bun bundles, TypeScript lowers what it wrote to ES2018, which every phone's JavaScript engine reads. What the pages
 * share is one file that they `require`: a session exists once, and nothing is loaded twice.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import type { RememberedClinic } from '../../miniapp/session/memory.ts';
import { chime } from './chime.ts';

const source = new URL('../../miniapp/', import.meta.url).pathname;

/** WeChat takes no package above it, bytes. */
export const packageLimit = 2 * 1024 * 1024;

/** For looking at it in the developer tools without an account. */
const touristAppId = 'touristappid';

export interface MiniappOptions {
  outdir: string;
  /** Empty: a tourist's. */
  appId: string;
  clinic: RememberedClinic | null;
  /** Folder with the clinic's own recordings, `admitted.zh.mp3` and `admitted.en.mp3`, either or both; null: ours. */
  voice: string | null;
}

export interface MiniappBuild {
  outdir: string;
  files: number;
  bytes: number;
}

/** @throws Error when a source does not bundle, or the package is above WeChat's limit */
export async function buildMiniapp({ outdir, appId, clinic, voice }: MiniappOptions): Promise<MiniappBuild> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { pages } = (await Bun.file(join(source, 'app.json')).json()) as { pages: string[] };
  for (const entry of ['app', 'shared', ...pages]) await bundle(entry, outdir, clinic);
  for await (const name of new Bun.Glob('**/*.{json,wxml,wxss,svg,mp3}').scan(source)) {
    if (name === 'tsconfig.json') continue;
    await mkdir(dirname(join(outdir, name)), { recursive: true });
    await cp(join(source, name), join(outdir, name));
  }
  await Bun.write(join(outdir, 'assets/chime.wav'), chime());
  if (voice !== null) await takeRecordings(voice, outdir);
  await Bun.write(join(outdir, 'project.config.json'), projectConfig(appId === '' ? touristAppId : appId));
  const build = await measure(outdir);
  if (build.bytes > packageLimit) {
    throw new Error(
      `the package has ${kilobytes(build.bytes)}; WeChat takes no more than ${kilobytes(packageLimit)}`,
    );
  }
  return build;
}

/** What is said when the doctor lets the patient in. */
const recordings = ['admitted.zh.mp3', 'admitted.en.mp3'];

/** @throws Error when the folder has neither of them */
async function takeRecordings(folder: string, outdir: string): Promise<void> {
  let taken = 0;
  for (const name of recordings) {
    const recording = Bun.file(join(folder, name));
    if (!(await recording.exists())) continue;
    await Bun.write(join(outdir, 'assets', name), recording);
    taken += 1;
  }
  if (taken === 0) throw new Error(`${folder} has no recording: it wants ${recordings.join(' or ')}`);
}

export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

async function bundle(entry: string, outdir: string, clinic: RememberedClinic | null): Promise<void> {
  const { outputs } = await Bun.build({
    entrypoints: [join(source, `${entry}.ts`)],
    target: 'browser',
    format: 'cjs',
    define: { CONSULTBOX_DEFAULT_CLINIC: JSON.stringify(clinic) },
    plugins: [
      {
        name: 'shared',
        setup(build) {
          build.onResolve({ filter: /\/shared\.ts$/ }, ({ importer }) => {
            // The entry itself has no importer.
            if (importer === '') return undefined;
            const path = relative(dirname(join(source, entry)), join(source, 'shared.js'));
            return { path: path.startsWith('.') ? path : `./${path}`, external: true };
          });
        },
      },
    ],
  });
  const [output] = outputs;
  if (output === undefined) throw new Error(`${entry}.ts gave no script`);
  await Bun.write(join(outdir, `${entry}.js`), lower(await output.text()));
}

/** `?.`, `??`, `#private` and the like become what ES2018 has. */
function lower(script: string): string {
  const { outputText } = ts.transpileModule(script, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2018,
      module: ts.ModuleKind.CommonJS,
      allowJs: true,
      removeComments: true,
    },
    fileName: 'bundle.js',
  });
  return outputText;
}

/** What the developer tools read beside app.json. Our scripts are lowered already; they may only make them smaller. */
function projectConfig(appid: string): string {
  const config = {
    description: 'Consultbox: built by bun run miniapp:build, do not edit here.',
    appid,
    projectname: 'consultbox-miniapp',
    compileType: 'miniprogram',
    libVersion: 'latest',
    setting: {
      // Addresses of the LAN need no list of domains on a phone; the developer tools would refuse them.
      urlCheck: false,
      es6: false,
      enhance: false,
      postcss: true,
      minified: true,
      minifyWXML: true,
      minifyWXSS: true,
      uploadWithSourceMap: false,
      // The sounds are named in a script alone, where a search for unused files may not look.
      ignoreUploadUnusedFiles: false,
      babelSetting: { ignore: [], disablePlugins: [], outputPath: '' },
    },
    condition: {},
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function measure(outdir: string): Promise<MiniappBuild> {
  const build: MiniappBuild = { outdir, files: 0, bytes: 0 };
  for await (const name of new Bun.Glob('**/*').scan(outdir)) {
    build.files += 1;
    build.bytes += Bun.file(join(outdir, name)).size;
  }
  return build;
}
