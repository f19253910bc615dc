#!/usr/bin/env bun
/**
 * The embedded media server: a process of its own that speaks the part of MediaMTX's outside that the supervisor
 * uses. `bun server/media/embedded/main.ts <configuration.yml>`
 */
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { startEngine } from './engine.ts';
import { log, messageOf } from './log.ts';

/** Time for an orderly end, ms. */
const stopLimit = 1500;

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new ConfigurationError('usage: main.ts <configuration.yml>');
  const engine = await startEngine({
    configuration: readConfiguration(file),
    ffmpeg: process.env.CONSULTBOX_FFMPEG ?? 'ffmpeg',
    // Beside its configuration, in the supervisor's data directory: what is left there is found again and wiped.
    hlsDirectory: join(dirname(resolve(file)), 'hls'),
  });
  const end = (signal: string) => {
    log('INF', `${signal}: ending`);
    setTimeout(() => process.exit(0), stopLimit);
    void engine.stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', () => end('SIGINT'));
  process.on('SIGTERM', () => end('SIGTERM'));
}

// Input never gets here: every parser ends its own connection. What does is a fault of ours, and a fresh process,
// which the supervisor starts at once, is better than one in an unknown state.
process.on('uncaughtException', (error) => {
  log('ERR', `fault: ${error.stack ?? messageOf(error)}`);
  process.exit(1);
});

main().catch((error: unknown) => {
  log('ERR', messageOf(error));
  process.exit(1);
});
