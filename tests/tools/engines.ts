/** The engines that tests run on. */
import { describe } from 'bun:test';
import type { EngineName } from '../../server/media/contract.ts';
import { hasMediaMtx, mediaMtx } from './mediamtx.ts';

/** What the name of a test on MediaMTX ends with: where there is none, why it is skipped. */
export const onMediaMtx = mediaMtx.found
  ? 'on MediaMTX'
  : `on MediaMTX (which cannot be had: ${mediaMtx.reason})`;

/** Defines the same tests for both engines; where MediaMTX cannot be had, its half is skipped, by name. */
export function onEachEngine(name: string, define: (engine: EngineName) => void): void {
  describe(`${name} on the embedded engine`, () => define('embedded'));
  describe.skipIf(!hasMediaMtx)(`${name} ${onMediaMtx}`, () => define('mediamtx'));
}
