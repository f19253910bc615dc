/** Changes of `consultbox.yaml` by the box itself: what people wrote there, their comments too, stays. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { Document, parseDocument } from 'yaml';
import { Refusal } from '../errors.ts';
import { writeDurably } from '../store/secret-file.ts';
import { environmentName } from './load.ts';
import { type Settings, settingsSchema } from './schema.ts';

/** Settings that take effect at once; every other one waits for the next start. */
type Change = { clinic: Partial<Settings['clinic']> };

/** Writes settings and makes them true in the running box. */
export class SettingsFile {
  constructor(
    private readonly settings: Settings,
    private readonly environment: Record<string, string | undefined>,
  ) {}

  clinic(): Pick<Settings['clinic'], 'name' | 'language' | 'timeZone'> {
    const { name, language, timeZone } = this.settings.clinic;
    return { name, language, timeZone };
  }

  /**
   * @throws Refusal `invalid_request` for a value that is not allowed. One that the environment fixes stays as it is
   * there: whoever set it there meant it.
   */
  write(change: Change): void {
    const schemas = settingsSchema.properties.clinic.properties;
    const file = join(this.settings.data.dir, 'consultbox.yaml');
    const document = existsSync(file) ? parseDocument(readFileSync(file, 'utf8')) : new Document({});
    for (const [name, value] of Object.entries(change.clinic) as [keyof typeof schemas, string][]) {
      if (!Value.Check(schemas[name], value)) {
        throw new Refusal('invalid_request', `clinic.${name} cannot be ${JSON.stringify(value)}`);
      }
      if (this.environment[environmentName('clinic', name)] !== undefined) continue;
      document.setIn(['clinic', name], value);
      Object.assign(this.settings.clinic, { [name]: value });
    }
    writeDurably(file, document.toString());
  }
}
