/** A consultation for tests of the page. */
import type { ConsultationView, StreamView } from '../../server/consultations/view.ts';

/** A stream that nobody publishes. */
export const silentStream: StreamView = { publishing: false, watched: false, codecs: [], problem: null };

/** A live consultation with no phone and nothing said. */
export function sampleConsultation(change: Partial<ConsultationView> = {}): ConsultationView {
  return {
    ...{ id: 'c1', state: 'live', createdAt: '2026-01-01T00:00:00Z', admittedAt: null, endedAt: null },
    ...{ patientLabel: null, seenBy: null, device: 'none', left: null, pairing: null },
    ...{ phoneNetwork: { push: null, play: null }, consent: null, messages: [], advice: null },
    ...{ doctor: silentStream, patient: silentStream },
    ...{ whipUrl: '/whip', whepUrl: '/whep', hlsUrl: '/hls' },
    ...change,
  };
}
