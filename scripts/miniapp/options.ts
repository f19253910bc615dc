/** What both commands of the mini-program read: flags first, then the settings. */
import { parseArgs } from 'node:util';
import { loadSettings } from '../../server/settings/load.ts';
import type { MiniappOptions } from './build.ts';

export interface CommandOptions extends MiniappOptions {
  uploadKey: string;
  dryRun: boolean;
  /** What the upload is called in WeChat's console. */
  version: string;
  description: string;
}

const usage = `bun run miniapp:build [--appid wx…] [--out dist/miniapp] [--clinic NAME] [--wifi NAME] [--telephone NUMBER] [--voice FOLDER]
bun run miniapp:upload [the same] [--key FILE] [--version 1.2.3] [--desc TEXT] [--dry-run]

AppID, key and clinic also come from the settings miniapp.appId (CONSULTBOX_MINIAPP_APP_ID), miniapp.uploadKey
(CONSULTBOX_MINIAPP_UPLOAD_KEY), clinic.name, clinic.wifi and clinic.telephone. FOLDER has the clinic's own recordings of “the doctor is here”:
admitted.zh.mp3, admitted.en.mp3.`;

const orNull = (text: string): string | null => (text === '' ? null : text);

/** Ends the command with the usage when it is asked for. @throws Error for a flag or value that is none */
export function readOptions(argv: string[], ownVersion: string): CommandOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      appid: { type: 'string' },
      out: { type: 'string', default: 'dist/miniapp' },
      clinic: { type: 'string' },
      wifi: { type: 'string' },
      telephone: { type: 'string' },
      voice: { type: 'string' },
      key: { type: 'string' },
      version: { type: 'string' },
      desc: { type: 'string', default: '' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const settings = loadSettings(process.env);
  const appId = values.appid ?? settings.miniapp.appId;
  if (!/^(wx[0-9a-f]{16})?$/.test(appId)) {
    throw new Error(`"${appId}" is no AppID: it is "wx" and 16 hexadecimal digits`);
  }
  const { name, wifi, telephone } = {
    name: values.clinic ?? settings.clinic.name,
    wifi: values.wifi ?? settings.clinic.wifi,
    telephone: values.telephone ?? settings.clinic.telephone,
  };
  return {
    outdir: values.out,
    appId,
    clinic: name === '' ? null : { name, wifi: orNull(wifi), telephone: orNull(telephone), base: '' },
    voice: values.voice ?? null,
    uploadKey: values.key ?? settings.miniapp.uploadKey,
    dryRun: values['dry-run'],
    version: values.version ?? ownVersion,
    description: values.desc,
  };
}
