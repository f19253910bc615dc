/** Writes the settings' documentation from their schema. */
import type { TSchema } from '@sinclair/typebox';
import { environmentName } from './load.ts';
import { settingsSchema } from './schema.ts';

/** What a setting may be, in words: `integer from 1 to 65535`, `one of auto, mediamtx, embedded`. */
export function allowedValues(schema: TSchema): string {
  if (Array.isArray(schema.anyOf)) {
    return `one of ${schema.anyOf.map((each: TSchema) => String(each.const)).join(', ')}`;
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return `${schema.type} from ${schema.minimum} to ${schema.maximum}`;
  }
  return schema.pattern ? `text matching ${schema.pattern}` : 'text';
}

/** The content of `docs/settings.md`. */
export function settingsDocument(): string {
  const lines = [
    '# Settings',
    '',
    'Generated from `server/settings/schema.ts` by `bun run docs`; do not edit by hand.',
    '',
    'A setting stands in `consultbox.yaml` in the data folder (`media:` then `  rtmpPort: 1935`) or in the',
    'environment; the environment wins. A wrong value stops the start and is named with its source.',
  ];
  for (const [section, object] of Object.entries(settingsSchema.properties)) {
    lines.push('', `## ${section}`, '', object.description ?? '', '');
    lines.push('| setting | environment | default | allowed | what it does |', '|---|---|---|---|---|');
    for (const [name, schema] of Object.entries(object.properties) as [string, TSchema][]) {
      const allowed = allowedValues(schema).replaceAll('|', '\\|');
      lines.push(
        `| \`${section}.${name}\` | \`${environmentName(section, name)}\` | ${schema.default === '' ? 'empty' : `\`${String(schema.default)}\``} | ${allowed} | ${schema.description ?? ''} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
