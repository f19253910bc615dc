/**
 * Where the program's own files are. From source they stand beside the modules; in the appliance each entry is one
 * bundled file in `/usr/lib/consultbox`, made by `appliance/build/application.ts`, and its files beside it.
 */
import { join } from 'node:path';

/** Defined by the appliance's bundler alone. */
declare const CONSULTBOX_BUNDLED: true | undefined;

/** Where the supervisor finds its own files. */
export interface ProgramFiles {
  /** The built pages. */
  ui: string;
  /** SQL migrations with their journal. */
  migrations: string;
  /** The embedded media server's entry. */
  embeddedEngine: string;
}

/** The layout of the bundle; `appliance/build/application.ts` writes it, relative to its folder. */
export const bundleLayout: ProgramFiles = { ui: 'ui', migrations: 'migrations', embeddedEngine: 'engine.js' };

function inBundle(dir: string): ProgramFiles {
  return {
    ui: join(dir, bundleLayout.ui),
    migrations: join(dir, bundleLayout.migrations),
    embeddedEngine: join(dir, bundleLayout.embeddedEngine),
  };
}

function fromSource(dir: string): ProgramFiles {
  return {
    ui: join(dir, '..', 'dist', 'ui'),
    migrations: join(dir, 'store', 'migrations'),
    embeddedEngine: join(dir, 'media', 'embedded', 'main.ts'),
  };
}

/** This program's files. */
export const programFiles: ProgramFiles =
  typeof CONSULTBOX_BUNDLED === 'undefined' ? fromSource(import.meta.dir) : inBundle(import.meta.dir);
