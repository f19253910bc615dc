/** QEMU and its firmware, installed on demand. */
import { existsSync } from 'node:fs';
import { aptInstall } from '../build/host-packages.ts';

/** Names of Debian's package ovmf, newest first. */
const firmwares = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
];

/** UEFI for the machine: its code, and the template of its variables. */
export interface Firmware {
  code: string;
  variables: string;
}

/** @throws BuildError when something is missing and apt cannot install it */
export async function ensureQemu(): Promise<Firmware> {
  const missing: string[] = [];
  if (Bun.which('qemu-system-x86_64') === null) missing.push('qemu-system-x86');
  if (Bun.which('qemu-img') === null) missing.push('qemu-utils');
  if (findFirmware() === null) missing.push('ovmf');
  if (missing.length > 0) {
    if (process.getuid?.() !== 0) {
      throw new Error(`Missing: ${missing.join(', ')}. As root: apt-get install ${missing.join(' ')}`);
    }
    console.log(`› installing ${missing.join(', ')} (apt)`);
    await aptInstall(missing);
  }
  const firmware = findFirmware();
  if (firmware === null)
    throw new Error('The package ovmf is installed, but its firmware is not where it was.');
  return firmware;
}

function findFirmware(): Firmware | null {
  return firmwares.find(({ code, variables }) => existsSync(code) && existsSync(variables)) ?? null;
}
