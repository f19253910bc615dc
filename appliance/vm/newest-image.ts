/** The image that is meant when none is named. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../build/paths.ts';

/** @throws Error when none was built */
export function newestImage(): string {
  const names = existsSync(paths.output) ? readdirSync(paths.output) : [];
  const images = names
    // The tests' own image (`…~vm-test.raw`) is nobody's release.
    .filter((name) => name.endsWith('.raw') && !name.includes('~'))
    .map((name) => join(paths.output, name))
    .map((file) => ({ file, time: statSync(file).mtimeMs }))
    .sort((one, other) => other.time - one.time);
  const [newest] = images;
  if (newest === undefined)
    throw new Error('There is no image in dist/appliance. Build one: bun run appliance:build');
  return newest.file;
}
