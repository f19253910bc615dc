/** `bun run audit:verify` beside a running box. */
import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Box } from '../tools/box.ts';

const root = join(import.meta.dir, '../..');

async function verify(file: string) {
  const child = Bun.spawn([process.execPath, 'scripts/verify-audit.ts', file], {
    cwd: root,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, error] = [await new Response(child.stdout).text(), await new Response(child.stderr).text()];
  return { code: await child.exited, text: out + error };
}

test('whole while the box works, altered where somebody had a copy of the file in hand, unreadable where there is none', async () => {
  const box = await Box.start({ engine: 'embedded' });
  try {
    const file = join(box.dataDir, 'consultbox.sqlite');
    expect(await verify(file)).toMatchObject({ code: 0, text: expect.stringContaining('none altered') });
    const copy = join(box.dataDir, 'copy.sqlite');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    database.run('DROP TRIGGER audit_is_not_changed');
    database.run("UPDATE audit SET actor = 'somebody else' WHERE id = 1");
    database.close();
    expect(await verify(copy)).toMatchObject({ code: 1, text: expect.stringContaining('line 1') });
    expect(await verify(join(box.dataDir, 'nothing.sqlite'))).toMatchObject({ code: 2 });
  } finally {
    await box.stop();
  }
}, 60_000);
