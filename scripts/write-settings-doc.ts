/** Writes docs/settings.md; run it after a change of the schema. */
import { settingsDocument } from '../server/settings/document.ts';

await Bun.write(new URL('../docs/settings.md', import.meta.url), settingsDocument());
