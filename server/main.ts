#!/usr/bin/env bun
/** The supervisor: settings → services → listeners → children. `supervisor.ts` puts the parts together. */
import { banner } from './banner.ts';
import { messageOf } from './errors.ts';
import { serviceManager } from './host/service-manager.ts';
import { createLogger } from './log/logger.ts';
import { readNetwork } from './network/addresses.ts';
import { programFiles } from './program-files.ts';
import { loadSettings, SettingsError } from './settings/load.ts';
import type { Settings } from './settings/schema.ts';
import { startSupervisor } from './supervisor.ts';

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) console.error(`Setting: ${problem}`);
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const settings = settingsOrExit();
  const logger = createLogger(settings.log);
  const manager = serviceManager(process.env, logger);
  const supervisor = await startSupervisor({ settings, logger, readNetwork, uiDir: programFiles.ui });
  manager?.watch(supervisor);
  const show = async () => {
    if (settings.log.format !== 'json') console.log(await banner(supervisor, settings));
  };
  await show();
  supervisor.onNetworkChange(() => void show());

  let stopping = false;
  const stop = (signal: string) => {
    // A second Ctrl-C means: now.
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    manager?.stopping();
    void supervisor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(`stopping failed: ${messageOf(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
}

main().catch((error: unknown) => {
  console.error(`Consultbox cannot start: ${messageOf(error)}`);
  process.exit(1);
});
