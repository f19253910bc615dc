/** `bun run audit:verify`: was the audit log altered? Exit code 0: no, 1: yes, 2: it cannot be read. */
import { join } from 'node:path';
import { AuditLog } from '../server/audit/log.ts';
import { messageOf } from '../server/errors.ts';
import { loadSettings } from '../server/settings/load.ts';
import { openForReading } from '../server/store/database.ts';

try {
  const file = process.argv[2] ?? join(loadSettings(process.env).data.dir, 'consultbox.sqlite');
  const { id, lines } = new AuditLog(openForReading(file)).verify();
  if (id === null) console.log(`${file}: ${lines} lines, none altered`);
  else {
    console.error(
      `${file}: line ${id} does not fit to the one before: it or its neighbour was altered or taken out`,
    );
    process.exit(1);
  }
} catch (error) {
  console.error(`The audit log cannot be read: ${messageOf(error)}`);
  process.exit(2);
}
