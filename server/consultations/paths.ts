/** The four media paths of a consultation, and what each role may do with them. */
import type { StreamAction, StreamGrant, StreamRole } from '../access/stream-keys.ts';

/**
 * - `doctor`: the page's H.264 + Opus, by WHIP
 * - `doctor_aac`: the same for the phone, H.264 + AAC
 * - `patient`: the phone's H.264 + AAC, by RTMP
 * - `patient_opus`: the same for the page, H.264 + Opus
 */
export type PathKind = 'doctor' | 'doctor_aac' | 'patient' | 'patient_opus';

const kinds: readonly string[] = ['doctor', 'doctor_aac', 'patient', 'patient_opus'] satisfies PathKind[];

/** Consultation ids are made by us: 20 lower-case letters and digits. */
export const consultationIdPattern = /^[a-z0-9]{20}$/;

/** `<id>/<kind>`, the name on the media server. */
export function pathName(consultationId: string, kind: PathKind): string {
  return `${consultationId}/${kind}`;
}

/** The parts of a path's name; null when it is not one of ours. */
export function parsePathName(name: string): { consultationId: string; kind: PathKind } | null {
  const [consultationId = '', kind = '', ...more] = name.split('/');
  if (more.length > 0 || !consultationIdPattern.test(consultationId) || !isKind(kind)) return null;
  return { consultationId, kind };
}

function isKind(kind: string): kind is PathKind {
  return kinds.includes(kind);
}

const allowed: Record<StreamRole, Partial<Record<StreamAction, PathKind[]>>> = {
  // `patient` and `doctor_aac` by HLS, the fallback and the seed's own check of the AAC sound.
  doctor: { publish: ['doctor'], read: ['patient_opus', 'patient', 'doctor_aac'] },
  patient: { publish: ['patient'], read: ['doctor_aac'] },
  transcoder: { publish: ['doctor_aac', 'patient_opus'], read: ['doctor', 'patient'] },
};

/** The grant of a role for a path, or null when the role has no business there. */
export function grantFor(
  role: StreamRole,
  consultationId: string,
  kind: PathKind,
  action: StreamAction,
): StreamGrant | null {
  if (!allowed[role][action]?.includes(kind)) return null;
  return { role, consultationId, path: pathName(consultationId, kind), action };
}
