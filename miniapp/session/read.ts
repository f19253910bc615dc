/** Reads what a box sends. A box of version 0.1.0 leaves fields out; each has a default here. Nothing is trusted. */
import type {
  PhoneAdmission,
  PhoneChatMessage,
  PhoneView,
  PlayerSettings,
  PusherSettings,
} from '../../server/consultations/phone-protocol.ts';

/** live-pusher's attributes where the box says nothing. */
export const defaultPusher: PusherSettings = {
  mode: 'RTC',
  minBitrate: 300,
  maxBitrate: 1000,
  width: 480,
  height: 640,
  audioQuality: 'high',
  aspect: '3:4',
};

/** live-player's, likewise. */
export const defaultPlayer: PlayerSettings = { mode: 'live', minCache: 0.2, maxCache: 0.8 };

type Fields = Record<string, unknown>;

/** The fields of an object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const number = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((each) => each === value) ?? fallback;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

function readPusher(value: unknown): PusherSettings {
  const { mode, minBitrate, maxBitrate, width, height, audioQuality, aspect } = fieldsOf(value);
  return {
    mode: oneOf(mode, ['RTC', 'SD', 'HD', 'FHD'], defaultPusher.mode),
    minBitrate: number(minBitrate, defaultPusher.minBitrate),
    maxBitrate: number(maxBitrate, defaultPusher.maxBitrate),
    width: number(width, defaultPusher.width),
    height: number(height, defaultPusher.height),
    audioQuality: oneOf(audioQuality, ['high', 'low'], defaultPusher.audioQuality),
    aspect: oneOf(aspect, ['9:16', '3:4'], defaultPusher.aspect),
  };
}

function readPlayer(value: unknown): PlayerSettings {
  const { mode, minCache, maxCache } = fieldsOf(value);
  return {
    mode: oneOf(mode, ['live', 'RTC'], defaultPlayer.mode),
    minCache: number(minCache, defaultPlayer.minCache),
    maxCache: number(maxCache, defaultPlayer.maxCache),
  };
}

function readDoctor(value: unknown): PhoneView['doctor'] {
  const { name, title, department, licence } = fieldsOf(value);
  const named = text(name);
  return named === null
    ? null
    : { name: named, title: text(title), department: text(department), licence: text(licence) };
}

function readMessage(value: unknown): PhoneChatMessage | null {
  const { id, text: words, answers, answered } = fieldsOf(value);
  const identity = text(id);
  const said = text(words);
  if (identity === null || said === null) return null;
  return { id: identity, text: said, answers: texts(answers).slice(0, 4), answered: text(answered) };
}

/** null when it is none. */
export function readView(value: unknown): PhoneView | null {
  const fields = fieldsOf(value);
  const consultationId = text(fields.consultationId);
  if (consultationId === null) return null;
  const clinic = fieldsOf(fields.clinic);
  const consent = fieldsOf(fields.consent);
  const messages = Array.isArray(fields.messages) ? fields.messages : [];
  return {
    consultationId,
    state: oneOf(fields.state, ['open', 'waiting', 'live', 'ended'], 'waiting'),
    pushUrl: text(fields.pushUrl),
    playUrl: text(fields.playUrl),
    player: readPlayer(fields.player),
    pusher: readPusher(fields.pusher),
    doctorPublishing: fields.doctorPublishing === true,
    watched: fields.watched === true,
    clinic: { name: text(clinic.name) ?? '', telephone: text(clinic.telephone), wifi: text(clinic.wifi) },
    doctor: readDoctor(fields.doctor),
    patientLabel: text(fields.patientLabel),
    consent: {
      version: text(consent.version) ?? '',
      accepted: consent.accepted === true,
      recorded: consent.recorded === true,
    },
    advice: text(fields.advice),
    messages: messages.map(readMessage).filter((each): each is PhoneChatMessage => each !== null),
  };
}

/** null when it is none. */
export function readAdmission(value: unknown): PhoneAdmission | null {
  const view = readView(value);
  const { resumeToken, eventsUrl, expiresAt } = fieldsOf(value);
  const token = text(resumeToken);
  const url = text(eventsUrl);
  if (view === null || token === null || url === null) return null;
  return { ...view, resumeToken: token, eventsUrl: url, expiresAt: text(expiresAt) ?? '' };
}

/** The code of an `ErrorBody`; null when it is none. */
export function readErrorCode(value: unknown): string | null {
  return text(fieldsOf(fieldsOf(value).error).code);
}

/** The advice in an `EndedBody`. */
export function readAdvice(value: unknown): string | null {
  return text(fieldsOf(value).advice);
}
