import { version as packageVersion } from '../package.json';

/** Defined by the appliance's bundler alone: an image may have another version than its sources. */
declare const CONSULTBOX_IMAGE_VERSION: string | undefined;

/** The supervisor's version: the image's in the appliance, else that of package.json. */
export const version: string =
  typeof CONSULTBOX_IMAGE_VERSION === 'undefined' ? packageVersion : CONSULTBOX_IMAGE_VERSION;
