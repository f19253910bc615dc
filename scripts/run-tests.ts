/** Runs every check, one after the other, and counts them; called by scripts/test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  passed: number;
  failed: number;
  skipped: string[];
}

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const filters = args.filter((each) => !each.startsWith('--'));
const work = mkdtempSync(join(tmpdir(), 'consultbox-tests-'));
const failures: string[] = [];
const total: Count = { passed: 0, failed: 0, skipped: [] };

/** Looked for once: where it cannot be had, each test file would wait for the download anew. */
async function lookForMediaMtx(): Promise<Record<string, string>> {
  const { mediaMtx, withoutMediaMtx } = await import('../tests/tools/mediamtx.ts');
  if (mediaMtx.found) {
    console.log(`MediaMTX: ${mediaMtx.program} (${mediaMtx.where})`);
    return { CONSULTBOX_MEDIA_PROGRAM: mediaMtx.program };
  }
  console.log(`MediaMTX cannot be had, its tests are skipped: ${mediaMtx.reason}`);
  return { [withoutMediaMtx]: mediaMtx.reason };
}

const env = { ...process.env, ...(quick ? {} : await lookForMediaMtx()) };

async function run(argv: string[]): Promise<number> {
  const child = Bun.spawn(argv, { stdout: 'inherit', stderr: 'inherit', stdin: 'ignore', env });
  return await child.exited;
}

/** What a check ends with that could not be made (sysexits.h, EX_TEMPFAIL). */
const couldNotBeMade = 75;

/** A check that passes or fails as a whole. */
async function check(name: string, argv: string[]): Promise<void> {
  console.log(`\n── ${name}: ${argv.join(' ')}`);
  const code = await run(argv);
  if (code === 0) total.passed += 1;
  else if (code === couldNotBeMade) total.skipped.push(`${name} (see above why)`);
  else {
    total.failed += 1;
    failures.push(name);
  }
}

/** Reads the counts of a JUnit report. */
function readReport(xml: string): Count {
  const count: Count = { passed: 0, failed: 0, skipped: [] };
  for (const [, attributes = '', rest = ''] of xml.matchAll(
    /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const read = (attribute: string) => new RegExp(`\\b${attribute}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    const suite = read('classname');
    const name = [suite, read('name')].filter((each) => each !== '').join(' > ');
    // Set-up and tear-down of a suite that is skipped.
    if (name.endsWith('(unnamed)') && rest.includes('<skipped')) continue;
    if (rest.includes('<skipped')) count.skipped.push(name);
    else if (rest.includes('<failure') || rest.includes('<error')) {
      count.failed += 1;
      failures.push(name);
    } else count.passed += 1;
  }
  return count;
}

/** Test files, each group in a process of its own so that one cannot end the others. */
async function tests(name: string, paths: string[], timeout: number): Promise<void> {
  if (paths.length === 0) return;
  console.log(`\n── ${name}`);
  const report = join(work, `${name.replaceAll(/\W/g, '-')}.xml`);
  const code = await run([
    ...[process.execPath, 'test', '--timeout', String(timeout)],
    ...['--reporter=junit', `--reporter-outfile=${report}`, ...paths],
  ]);
  const file = Bun.file(report);
  const count = (await file.exists()) ? readReport(await file.text()) : { passed: 0, failed: 0, skipped: [] };
  if (code !== 0 && count.failed === 0) {
    count.failed = 1;
    failures.push(`${name} (ended with ${code})`);
  }
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped.push(...count.skipped);
}

async function find(pattern: string): Promise<string[]> {
  const found = await Array.fromAsync(new Bun.Glob(pattern).scan('.'));
  return found
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .sort()
    .map((path) => `./${path}`);
}

try {
  if (filters.length === 0) {
    await check('format and lint', ['bunx', 'biome', 'ci', '--colors=off', '.']);
    await check('Lit templates', [
      'bunx',
      'lit-analyzer',
      'ui/**/*.ts',
      '--strict',
      '--rules.no-invalid-css',
      'off',
    ]);
    await check('unused code', ['bunx', 'knip']);
    await check('types', ['bunx', 'tsc', '--noEmit']);
    await check('types of the mini-program', ['bunx', 'tsc', '--noEmit', '-p', 'miniapp']);
    await check('known weaknesses of packages', [process.execPath, 'scripts/audit.ts']);
  }
  const beside = await find('{appliance,miniapp,scripts,server,ui}/**/*.test.ts');
  const media = beside.filter((path) => path.includes('/embedded/engine'));
  await tests(
    'unit tests',
    beside.filter((path) => !media.includes(path)),
    60_000,
  );
  if (!quick) {
    for (const path of [...media, ...(await find('tests/**/*.test.ts'))]) await tests(path, [path], 300_000);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log('');
for (const name of total.skipped) console.log(`skipped: ${name}`);
for (const name of failures) console.log(`failed: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
