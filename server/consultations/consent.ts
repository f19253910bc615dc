/** The informed consent of a consultation. */

/**
 * The version of the text that patients agree to. The text stands in the mini-program (`miniapp/i18n/`, `consent.*`);
 * a test keeps the two numbers equal.
 */
export const consentVersion = '1';

/** Consultations are not recorded by this box, and the text says so. */
export const consultationsAreRecorded = false;
