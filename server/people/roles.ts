/** What a person may be in the clinic; one person may hold all of them. */

/**
 * `doctor`: holds consultations, each their own. `receptionist`: sees who waits and who is seen, never picture, sound
 * or keys. `technician`: health, people, settings, audit; never picture.
 */
export const roles = ['doctor', 'receptionist', 'technician'] as const;

export type Role = (typeof roles)[number];
