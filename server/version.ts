import { version as packageVersion } from '../package.json';

/** The supervisor's version, from package.json. */
export const version: string = packageVersion;
