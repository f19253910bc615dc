/** Bundles the pages into dist/ui: `index.html`, `admin.html`, `patient.html`, `lead.html`, and `assets/` with names that carry a hash. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

const ui = new URL('../ui/', import.meta.url).pathname;

/** What a build produced. */
export interface UiBuild {
  outdir: string;
  files: number;
  bytes: number;
}

/** Builds everything that the browser loads. Throws when a source does not bundle. */
export async function buildUi(outdir: string): Promise<UiBuild> {
  await rm(outdir, { recursive: true, force: true });
  const assets = join(outdir, 'assets');
  await mkdir(assets, { recursive: true });

  const { outputs } = await Bun.build({
    entrypoints: [join(ui, 'doctor/main.ts'), join(ui, 'admin/main.ts')],
    outdir: assets,
    target: 'browser',
    format: 'esm',
    minify: true,
    splitting: true,
    sourcemap: 'none',
    naming: { entry: '[dir]-[hash].[ext]', chunk: '[name]-[hash].[ext]' },
  });
  const entry = (name: string): string => {
    const found = outputs.find(
      ({ kind, path }) => kind === 'entry-point' && basename(path).startsWith(`${name}-`),
    );
    if (found === undefined) throw new Error(`the bundle has no ${name}`);
    return `/assets/${basename(found.path)}`;
  };

  // A plain script of its own: the leading page loads nothing else.
  const lead = await Bun.build({
    entrypoints: [join(ui, 'lead/main.ts')],
    outdir: assets,
    target: 'browser',
    format: 'iife',
    minify: true,
    naming: 'lead-[hash].[ext]',
  });
  const [leadScript] = lead.outputs;
  if (leadScript === undefined) throw new Error('the leading page has no script');

  const theme = await writeStyles('shared/theme.css', assets);
  const patient = await writeStyles('patient/patient.css', assets);
  // Not bundled: it must stay in the language of 1999, whose readers it is for.
  await cp(join(ui, 'doctor/old-browser.js'), join(assets, 'old-browser.js'));
  await writePage('doctor/index.html', join(outdir, 'index.html'), {
    './main.ts': entry('doctor'),
    '../shared/theme.css': theme,
  });
  await writePage('admin/admin.html', join(outdir, 'admin.html'), {
    './main.ts': entry('admin'),
    '../shared/theme.css': theme,
  });
  await writePage('patient/patient.html', join(outdir, 'patient.html'), { './patient.css': patient });
  await writePage('lead/lead.html', join(outdir, 'lead.html'), {
    './main.ts': `/assets/${basename(leadScript.path)}`,
    './patient.css': patient,
  });

  return measure(outdir);
}

/** Minifies a style sheet into the assets; the answer is its address. */
async function writeStyles(source: string, assets: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(ui, source)],
    outdir: assets,
    target: 'browser',
    minify: true,
    naming: '[name]-[hash].[ext]',
  });
  const [output] = outputs;
  if (output === undefined) throw new Error(`${source} gave no style sheet`);
  return `/assets/${basename(output.path)}`;
}

/** Copies a page with its references replaced; each must occur, or the page would load nothing. */
async function writePage(source: string, target: string, addresses: Record<string, string>): Promise<void> {
  let page = await Bun.file(join(ui, source)).text();
  for (const [from, to] of Object.entries(addresses)) {
    if (!page.includes(`"${from}"`)) throw new Error(`${source} does not refer to ${from}`);
    page = page.replace(`"${from}"`, `"${to}"`);
  }
  await Bun.write(target, page);
}

async function measure(outdir: string): Promise<UiBuild> {
  const build: UiBuild = { outdir, files: 0, bytes: 0 };
  for await (const name of new Bun.Glob('**/*').scan(outdir)) {
    build.files += 1;
    build.bytes += Bun.file(join(outdir, name)).size;
  }
  return build;
}

if (import.meta.main) {
  const outdir = new URL('../dist/ui', import.meta.url).pathname;
  const { files, bytes } = await buildUi(outdir);
  console.log(`dist/ui: ${files} files, ${Math.round(bytes / 1024)} KiB`);
}
