/** Reads the settings: defaults, then `consultbox.yaml`, then the environment; the last wins. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { parseDocument } from 'yaml';
import { allowedValues } from './document.ts';
import { type Settings, settingsSchema } from './schema.ts';

/** One or more settings are wrong. The message names key, value, what is allowed, and where it came from. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
  }
}

/** The name of a setting's environment variable: `media.rtmpPort` → `CONSULTBOX_MEDIA_RTMP_PORT`. */
export function environmentName(section: string, name: string): string {
  return `CONSULTBOX_${section}_${name.replace(/([A-Z])/g, '_$1')}`.toUpperCase();
}

type Raw = Record<string, Record<string, unknown>>;

/** A value as a message may show it: what is secret stays so, even where it is wrong. */
function shown(value: unknown, schema: TSchema): string {
  return schema.secret === true ? 'the value given (not shown: it is secret)' : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* eachSetting(): Generator<{ section: string; name: string; schema: TSchema }> {
  for (const [section, object] of Object.entries(settingsSchema.properties)) {
    for (const [name, schema] of Object.entries(object.properties)) yield { section, name, schema };
  }
}

function fromEnvironment(text: string, schema: TSchema): unknown {
  if (schema.type !== 'integer' && schema.type !== 'number') return text;
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

function readYaml(file: string, problems: string[]): Raw {
  if (!existsSync(file)) return {};
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0) {
    // The first line alone: the rest quotes the file, which may hold what is none of a log's business.
    const [reason = ''] = document.errors[0]?.message.split('\n') ?? [];
    problems.push(`${file}: not valid YAML: ${reason.replace(/:$/, '')}`);
    return {};
  }
  const content: unknown = document.toJS() ?? {};
  if (!isRecord(content)) {
    problems.push(`${file}: must hold sections such as "media:", each with its settings`);
    return {};
  }
  const raw: Raw = {};
  for (const [section, values] of Object.entries(content)) {
    const known = Object.entries(settingsSchema.properties).find(([name]) => name === section)?.[1];
    if (!known) {
      problems.push(
        `${section} (from ${file}): no such section; there are ${Object.keys(settingsSchema.properties).join(', ')}`,
      );
    } else if (!isRecord(values)) {
      problems.push(
        `${section} (from ${file}): must hold settings such as "${Object.keys(known.properties)[0]}: …"`,
      );
    } else {
      for (const name of Object.keys(values)) {
        if (!(name in known.properties)) {
          problems.push(
            `${section}.${name} (from ${file}): no such setting; there are ${Object.keys(known.properties).join(', ')}`,
          );
        }
      }
      if (section === 'data' && 'dir' in values) {
        problems.push(
          `data.dir (from ${file}): the file stands in the data directory and cannot move it; set CONSULTBOX_DATA_DIR in the environment`,
        );
      }
      raw[section] = values;
    }
  }
  return raw;
}

/** Two listeners cannot share a port: said here by name, not later as "busy". */
function equalPorts(settings: Raw): string[] {
  const owners = new Map<number, string[]>();
  for (const { section, name, schema } of eachSetting()) {
    const value: unknown = settings[section]?.[name];
    if (schema.listens !== true || typeof value !== 'number') continue;
    owners.set(value, [...(owners.get(value) ?? []), `${section}.${name}`]);
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(([port, names]) => `${names.join(' and ')}: all are ${port}; each needs a port of its own`);
}

/** A smallest and a largest value the wrong way round: WeChat's components would do what they like. */
function crossedLimits(settings: Raw): string[] {
  const limits = [
    ['player', 'minCache', 'maxCache'],
    ['pusher', 'minBitrate', 'maxBitrate'],
  ] as const;
  return limits.flatMap(([section, least, most]) => {
    const [low, high] = [settings[section]?.[least], settings[section]?.[most]];
    return typeof low === 'number' && typeof high === 'number' && low > high
      ? [`${section}.${least}: ${low} is above ${section}.${most}, ${high}`]
      : [];
  });
}

/**
 * @param environment usually `process.env`
 * @throws SettingsError with every problem found, not only the first
 */
export function loadSettings(environment: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const dataDir = resolve(
    environment.CONSULTBOX_DATA_DIR ?? settingsSchema.properties.data.properties.dir.default,
  );
  const file = resolve(dataDir, 'consultbox.yaml');
  const yaml = readYaml(file, problems);
  const known = new Set<string>();
  const result: Raw = {};
  for (const { section, name, schema } of eachSetting()) {
    const variable = environmentName(section, name);
    known.add(variable);
    const text = environment[variable];
    const inYaml = yaml[section]?.[name];
    const [value, source] =
      text !== undefined
        ? [fromEnvironment(text, schema), `environment variable ${variable}`]
        : inYaml !== undefined
          ? [inYaml, file]
          : [schema.default as unknown, 'default'];
    if (!Value.Check(schema, value)) {
      problems.push(
        `${section}.${name}: ${shown(value, schema)} is not allowed (from ${source}); allowed: ${allowedValues(schema)}`,
      );
    }
    result[section] = { ...result[section], [name]: value };
  }
  for (const variable of Object.keys(environment)) {
    // CONSULTBOX_TEST_… belongs to the tests; anything else unknown is a typing error that would be ignored silently.
    if (
      variable.startsWith('CONSULTBOX_') &&
      !variable.startsWith('CONSULTBOX_TEST_') &&
      !known.has(variable)
    ) {
      problems.push(`${variable} (environment): no such setting; docs/settings.md lists them`);
    }
  }
  problems.push(...equalPorts(result), ...crossedLimits(result));
  if (problems.length > 0) throw new SettingsError(problems);
  result.data = { dir: dataDir };
  return Value.Decode(settingsSchema, result);
}
