/** The engines that tests run on. */
import { describe } from 'bun:test';
import type { EngineName } from '../../server/media/contract.ts';

/** Whether the real MediaMTX is on this machine; where not, its half is skipped, by name. */
export const hasMediaMtx = Bun.which('mediamtx') !== null;

/** Defines the same tests for both engines. */
export function onEachEngine(name: string, define: (engine: EngineName) => void): void {
  describe(`${name} on the embedded engine`, () => define('embedded'));
  describe.skipIf(!hasMediaMtx)(`${name} on MediaMTX`, () => define('mediamtx'));
}
