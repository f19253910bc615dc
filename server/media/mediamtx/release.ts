/** The pinned release of MediaMTX. */
import { arch, platform } from 'node:os';

/** What is downloaded; a program in PATH may be another of `acceptedVersions`. */
export const pinnedVersion = 'v1.19.1';

/** Versions whose outside is the one that we use. */
export const acceptedVersions = /^v?1\.(19|20)\.\d+/;

/** SHA-256 of `mediamtx_v1.19.1_linux_<arch>.tar.gz`, by Node's name of the architecture. */
const archives: Record<string, { name: string; sha256: string } | undefined> = {
  x64: {
    name: 'mediamtx_v1.19.1_linux_amd64.tar.gz',
    sha256: '035ee04f91b1c7a0c02e13b2139ca2456e43b6bd6a80e3100e8c228556e07807',
  },
  arm64: {
    name: 'mediamtx_v1.19.1_linux_arm64.tar.gz',
    sha256: '97a277cf24153e168008c18da53fe84e8d364456e2d7b457dc0457666c32867b',
  },
};

/** Where an archive is, and what it must be. */
export interface ReleaseArchive {
  url: string;
  /** Of the whole archive, hex. */
  sha256: string;
}

/** The archive for this machine, or null where none is published for it. */
export function releaseArchive(baseUrl: string): ReleaseArchive | null {
  const archive = platform() === 'linux' ? archives[arch()] : undefined;
  if (archive === undefined) return null;
  return { url: `${baseUrl.replace(/\/$/, '')}/${pinnedVersion}/${archive.name}`, sha256: archive.sha256 };
}
