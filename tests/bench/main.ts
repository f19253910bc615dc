/** `bun run bench [--quick] [--json FILE] [--only NAME]`: latency, start-up and cost, on each engine that is here. */
import { parseArgs } from 'node:util';
import type { EngineName } from '../../server/media/contract.ts';
import { launchChromium } from '../tools/doctor.ts';
import { hasMediaMtx } from '../tools/mediamtx.ts';
import { doctorToRtmp, patientToDoctor } from './latency.ts';
import { load } from './load.ts';
import { type Row, table } from './rows.ts';
import { scanToPictures } from './start-up.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string' },
  },
});
const { quick } = values;
const engines: EngineName[] = hasMediaMtx ? ['mediamtx', 'embedded'] : ['embedded'];
if (!hasMediaMtx) console.log('skipped: MediaMTX is not in PATH');

const browser = await launchChromium();
const rows: Row[] = [];
const failures: string[] = [];
const parts: Record<string, (engine: EngineName) => Promise<Row[]>> = {
  patient_to_doctor: (engine) => patientToDoctor(engine, browser, quick ? 10 : 40),
  doctor_to_rtmp: (engine) => doctorToRtmp(engine, browser, quick ? 8 : 30),
  scan_to_pictures: (engine) => scanToPictures(engine, browser, quick ? 3 : 10),
  cost_of_one: (engine) => load(engine, 1, quick ? 2 : 6),
  cost_of_ten: (engine) => load(engine, 10, quick ? 2 : 6),
};
for (const engine of engines) {
  for (const [name, measure] of Object.entries(parts)) {
    if (values.only !== undefined && !name.startsWith(values.only)) continue;
    console.log(`… ${engine}: ${name}`);
    try {
      const measured = await measure(engine);
      rows.push(...measured);
      console.log(table(measured));
    } catch (error) {
      // The other figures are still worth having; this one is missing, and the exit code says so.
      failures.push(`${engine}: ${name}: ${String(error)}`);
      console.log(failures.at(-1));
    }
  }
}
await browser.close();
console.log(`\n${table(rows)}`);
if (values.json !== undefined) await Bun.write(values.json, `${JSON.stringify(rows, null, 2)}\n`);
for (const failure of failures) console.log(`failed: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
