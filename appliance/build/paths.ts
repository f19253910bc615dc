/** Where the build reads and writes. Caches stay outside the repository. */
import { join } from 'node:path';
import { cacheDirectory } from '../../server/media/mediamtx/find.ts';

const repository = join(import.meta.dir, '../..');
const cache = join(cacheDirectory('auto'), 'appliance');

/** Folders of the build. What can be made again lies outside the repository. */
export const paths = {
  repository,
  /** mkosi's configuration of the image. */
  image: join(repository, 'appliance/image'),
  /** What the build leaves. */
  output: join(repository, 'dist/appliance'),
  cache,
  /** Tool trees, by the hash of what they hold. */
  tools: join(cache, 'tools'),
  /** The application as it will stand in the image. */
  stage: join(cache, 'stage'),
  log: join(cache, 'build.log'),
  mkosi: {
    cache: join(cache, 'mkosi/cache'),
    packages: join(cache, 'mkosi/packages'),
    workspace: join(cache, 'mkosi/workspace'),
    output: join(cache, 'mkosi/output'),
    /** Put over the tool tree's files: the sources of apt. */
    sandbox: join(cache, 'mkosi/sandbox'),
  },
} as const;
