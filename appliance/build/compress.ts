/** The image as a file to carry: `.raw.zst`. */
import { run } from './command.ts';

/**
 * @param small slower, for a release
 * @returns the compressed file
 */
export async function compressImage(image: string, small: boolean): Promise<string> {
  const target = `${image}.zst`;
  await run(['zstd', '--force', '--quiet', '--threads=0', small ? '-12' : '-3', image, '-o', target], {
    failure: 'The image could not be compressed.',
  });
  return target;
}
