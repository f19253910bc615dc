/** What the operator's build writes into the mini-program; nothing of it is in the repository. */
import type { RememberedClinic } from './session/memory.ts';

/** Replaced by `bun run miniapp:build`. */
declare const CONSULTBOX_DEFAULT_CLINIC: RememberedClinic | null | undefined;

/** The operator's clinic, for a phone that has visited none; null in tests and where none is set. */
export const defaultClinic: RememberedClinic | null =
  typeof CONSULTBOX_DEFAULT_CLINIC === 'undefined' ? null : CONSULTBOX_DEFAULT_CLINIC;
