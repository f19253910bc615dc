/** Whether QEMU can use the processor itself. */
import { accessSync, constants, readFileSync } from 'node:fs';

/** The device alone says little: without the processor's flag it exists in some virtual machines and fails there. */
export function kvmWorks(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return /^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}
