/** The sentence of a line of the timeline, as a doctor reads it. */
import type { ConsultationEvent } from '../../server/consultations/view.ts';
import { isMessageKey, t } from '../shared/i18n.ts';

type Detail = ConsultationEvent['detail'];

/** Words of the patient or the doctor that belong to the line. */
function quoted(kind: string, detail: Detail): string | null {
  const words = kind === 'message_sent' ? detail.text : kind === 'message_answered' ? detail.answer : null;
  return typeof words === 'string' ? words : null;
}

function key(kind: string, detail: Detail): string {
  if (kind === 'patient_left') return `seen.left.${String(detail.reason)}`;
  if (kind === 'consent_given' && detail.by === 'family') return 'event.consent_given.family';
  return `event.${kind}`;
}

/** null for what is a technician's: codes, rates. */
export function eventText({ kind, detail }: ConsultationEvent): string | null {
  if (kind === 'phone_network') {
    return detail.level === 'good' || typeof detail.level !== 'string'
      ? null
      : t(detail.level === 'poor' ? 'event.phone_network.poor' : 'event.phone_network.fair', {
          direction: t(detail.side === 'push' ? 'network.up' : 'network.down'),
        });
  }
  const name = key(kind, detail);
  if (!isMessageKey(name)) return null;
  const words = quoted(kind, detail);
  return words === null ? t(name) : t('event.quoted', { event: t(name), words });
}
