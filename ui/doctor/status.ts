import type { ConsultationView } from '../../server/consultations/view.ts';
import type { PublisherState } from '../media/whip.ts';
import { currentLanguage } from '../shared/i18n.ts';
import type { MessageKey } from '../shared/messages.zh.ts';

/** How a status is coloured. */
export type Tone = 'neutral' | 'busy' | 'good' | 'bad';

/** A status line: its sentence and its colour. */
export interface Status {
  key: MessageKey;
  tone: Tone;
}

/** Whether the doctor's picture is on its way: only when the browser and the server both say so. */
export function publishStatus(consultation: ConsultationView, publisher: PublisherState): Status {
  switch (publisher) {
    case 'idle':
      return { key: 'publish.idle', tone: 'neutral' };
    case 'connecting':
      return { key: 'publish.connecting', tone: 'busy' };
    case 'publishing':
      return consultation.doctor.publishing
        ? { key: 'publish.live', tone: 'good' }
        : { key: 'publish.confirming', tone: 'busy' };
    case 'retrying':
      return { key: 'publish.retrying', tone: 'bad' };
    case 'failed':
    case 'stopped':
      return { key: 'publish.failed', tone: 'bad' };
  }
}

/** What of the doctor the patient gets: the one thing that the doctor wants to know. */
export function seenStatus(
  consultation: ConsultationView,
  own: { muted: boolean; cameraOff: boolean; takenOver: boolean; publisher: PublisherState },
): Status {
  // What the patient sees then is another doctor's, or another window's.
  if (own.takenOver) return { key: 'seen.elsewhere', tone: 'neutral' };
  if (consultation.state === 'open') return { key: 'seen.open', tone: 'neutral' };
  if (consultation.left !== null) return { key: `seen.left.${consultation.left}`, tone: 'bad' };
  if (consultation.device === 'lost') return { key: 'seen.lost', tone: 'bad' };
  if (consultation.device === 'background') return { key: 'seen.background', tone: 'bad' };
  if (consultation.device === 'locked') return { key: 'seen.locked', tone: 'bad' };
  if (consultation.state === 'waiting') return { key: 'seen.waiting', tone: 'busy' };
  const { publishing, watched, problem } = consultation.doctor;
  // A player that is still open at the patient's shows nothing when nothing is sent.
  const arrives = publishing && watched && problem === null && own.publisher === 'publishing';
  if (!arrives) return { key: 'seen.coming', tone: 'busy' };
  if (own.muted && own.cameraOff) return { key: 'seen.yes.off', tone: 'bad' };
  if (own.muted) return { key: 'seen.yes.silent', tone: 'busy' };
  if (own.cameraOff) return { key: 'seen.yes.dark', tone: 'busy' };
  return { key: 'seen.yes', tone: 'good' };
}

/** A span as minutes and seconds, with hours only where there are some. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** The time of day of an ISO time, as the page's language writes it. */
export function timeOfDay(iso: string): string {
  return new Date(iso).toLocaleTimeString(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });
}

/** A patient's label on a screen that others read too: its first character alone. */
export function maskLabel(label: string): string {
  const [first = ''] = label;
  return `${first}**`;
}
