/** Bundles the pages into dist/ui: `index.html`, `admin.html`, `https.html`, `patient.html`, `lead.html`, `trust.html`, `assets/`. */
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
    entrypoints: [join(ui, 'doctor/main.ts'), join(ui, 'admin/main.ts'), join(ui, 'admin/https.ts')],
    outdir: assets,
    target: 'browser',
    format: 'esm',
    minify: true,
    splitting: true,
    sourcemap: 'none',
    naming: { entry: '[dir]-[name]-[hash].[ext]', chunk: '[name]-[hash].[ext]' },
  });
  const entry = (name: string) => {
    const found = outputs.find(
      ({ kind, path }) => kind === 'entry-point' && basename(path).startsWith(`${name}-`),
    );
    if (found === undefined) throw new Error(`the bundle has no entry ${name}`);
    return `/assets/${basename(found.path)}`;
  };
  const [lead, trust] = await Promise.all([writeScript('lead', assets), writeScript('trust', assets)]);

  const theme = await writeStyles('shared/theme.css', assets);
  const patient = await writeStyles('patient/patient.css', assets);
  // Not bundled: it must stay in the language of 1999, whose readers it is for.
  await cp(join(ui, 'doctor/old-browser.js'), join(assets, 'old-browser.js'));
  await writePage('doctor/index.html', join(outdir, 'index.html'), {
    './main.ts': entry('doctor-main'),
    '../shared/theme.css': theme,
  });
  // The same shell with another script in it.
  await writePage('doctor/index.html', join(outdir, 'admin.html'), {
    './main.ts': entry('admin-main'),
    '../shared/theme.css': theme,
  });
  await writePage('admin/https.html', join(outdir, 'https.html'), {
    './https.ts': entry('admin-https'),
    '../shared/theme.css': theme,
  });
  await writePage('patient/patient.html', join(outdir, 'patient.html'), { './patient.css': patient });
  await writePage('lead/lead.html', join(outdir, 'lead.html'), {
    './main.ts': lead,
    '../patient/patient.css': patient,
    ...(await copyPictures(assets)),
  });
  await writePage('trust/trust.html', join(outdir, 'trust.html'), {
    './main.ts': trust,
    '../patient/patient.css': patient,
  });

  return measure(outdir);
}

/** A plain script of its own: the pages of the phone's listener load nothing else. */
async function writeScript(name: string, assets: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(ui, name, 'main.ts')],
    outdir: assets,
    target: 'browser',
    format: 'iife',
    minify: true,
    naming: `${name}-[hash].[ext]`,
  });
  const [output] = outputs;
  if (output === undefined) throw new Error(`${name} has no script`);
  return `/assets/${basename(output.path)}`;
}

/** @returns the pictures' addresses by how pages refer to them */
async function copyPictures(assets: string): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  for await (const name of new Bun.Glob('*.png').scan(join(ui, 'pictures'))) {
    const file = Bun.file(join(ui, 'pictures', name));
    const hash = Bun.hash(await file.arrayBuffer()).toString(36);
    const target = name.replace('.png', `-${hash}.png`);
    await Bun.write(join(assets, target), file);
    addresses[`../pictures/${name}`] = `/assets/${target}`;
  }
  return addresses;
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
