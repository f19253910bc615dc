/** The shapes that the API promises: checked at run time, and the source of the OpenAPI document. */
import type { TSchema } from '@sinclair/typebox';
import { t } from 'elysia';
import type { BoxMessage } from '../consultations/phone-protocol.ts';
import type { EventMessage } from '../consultations/view.ts';
import type { RefusalCode } from '../errors.ts';
import { statusOf } from './errors.ts';
import type { UnhealthyBody } from './health.ts';

/** A schema whose values are `T`: the compiler keeps the two in step. */
export type SchemaOf<T> = TSchema & { static: T };

const time = t.String({ format: 'date-time' });

/** The one shape of every error. */
export const errorBody = t.Object({ error: t.Object({ code: t.String(), message: t.String() }) });

/**
 * The refusals that a route answers with, by status, each with its codes in words. They are thrown, never
 * returned: for the types of a route's handler they are not there.
 */
export function refusals(...codes: RefusalCode[]): Record<never, never> {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of codes) byStatus.set(statusOf[code], [...(byStatus.get(statusOf[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      status,
      t.Object(errorBody.properties, { description: each.join(', ') }),
    ]),
  );
}

/** What every route for people who are signed in can answer. */
export const guarded = (...codes: RefusalCode[]) =>
  refusals(
    ...(['setup_required', 'access_required', 'forbidden', 'foreign_origin'] as const),
    ...(['password_change_required', ...codes] as const),
  );

/** 204. */
export const nothing = t.Void({ description: 'Done' });

const stream = t.Object({
  publishing: t.Boolean({ description: 'The publisher’s stream is there' }),
  watched: t.Boolean({ description: 'The other side is playing it' }),
  codecs: t.Array(t.String()),
  problem: t.Union([t.Literal('no_h264'), t.Literal('transcoder_failing'), t.Null()]),
});

const state = t.UnionEnum(['open', 'waiting', 'live', 'ended']);

const kbits = t.Nullable(t.Number({ description: 'kbit/s' }));

const networkSide = t.Nullable(
  t.Object({
    level: t.UnionEnum(['good', 'fair', 'poor']),
    videoBitrate: kbits,
    fps: t.Nullable(t.Number({ description: 'pictures a second' })),
  }),
);

const doctorCard = t.Nullable(
  t.Object({
    name: t.String(),
    title: t.Nullable(t.String()),
    department: t.Nullable(t.String()),
    licence: t.Nullable(t.String({ description: 'Number of the practising licence' })),
  }),
);

/** A consultation, as pages and programs get it. */
export const consultationView = t.Object(
  {
    id: t.String(),
    state,
    createdAt: time,
    admittedAt: t.Nullable(time),
    endedAt: t.Nullable(time),
    patientLabel: t.Nullable(t.String()),
    seenBy: doctorCard,
    device: t.UnionEnum(['none', 'connecting', 'connected', 'background', 'locked', 'lost']),
    left: t.Nullable(t.UnionEnum(['ended', 'not_me', 'disagreed'])),
    phoneNetwork: t.Object(
      { push: networkSide, play: networkSide },
      { description: 'As the phone reports it; null while it has no such stream' },
    ),
    consent: t.Nullable(t.Object({ version: t.String(), by: t.UnionEnum(['patient', 'family']), at: time })),
    messages: t.Array(
      t.Object({
        id: t.String(),
        at: time,
        text: t.String(),
        answers: t.Array(t.String()),
        answered: t.Nullable(t.String()),
      }),
    ),
    advice: t.Nullable(t.String()),
    doctor: stream,
    patient: stream,
    pairing: t.Nullable(t.Object({ url: t.String(), token: t.String(), expiresAt: time })),
    whipUrl: t.String(),
    whepUrl: t.String(),
    hlsUrl: t.String(),
  },
  { description: 'A consultation as a page needs it' },
);

/** One line of a timeline. */
export const consultationEvent = t.Object({
  id: t.Integer(),
  at: time,
  kind: t.String(),
  detail: t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean(), t.Null()])),
});

const reconnect = t.Object({
  type: t.Literal('reconnect'),
  reason: t.Union([t.Literal('address_changed'), t.Literal('media_restarted')]),
});
const errorMessage = t.Object({ type: t.Literal('error'), ...errorBody.properties });

/** What the doctor's page is sent on the events socket. */
export const eventMessage: SchemaOf<EventMessage> = t.Union(
  [
    t.Object({ type: t.Literal('snapshot'), consultation: consultationView }),
    t.Object({ type: t.Literal('event'), event: consultationEvent }),
    reconnect,
    errorMessage,
  ],
  { description: 'Sent to the doctor’s page' },
);

const phoneView = {
  consultationId: t.String(),
  state,
  pushUrl: t.Nullable(t.String({ description: 'rtmp://… for live-pusher; null until admitted' })),
  playUrl: t.Nullable(t.String({ description: 'rtmp://… for live-player; null until admitted' })),
  player: t.Object({
    minCache: t.Number({ description: 'seconds' }),
    maxCache: t.Number({ description: 'seconds' }),
    mode: t.Union([t.Literal('live'), t.Literal('RTC')]),
  }),
  pusher: t.Object({
    mode: t.UnionEnum(['RTC', 'SD', 'HD', 'FHD']),
    minBitrate: t.Number({ description: 'kbit/s' }),
    maxBitrate: t.Number({ description: 'kbit/s' }),
    width: t.Number({ description: 'pixels' }),
    height: t.Number({ description: 'pixels' }),
    audioQuality: t.UnionEnum(['high', 'low']),
    aspect: t.UnionEnum(['9:16', '3:4']),
  }),
  doctorPublishing: t.Boolean(),
  watched: t.Boolean({ description: 'The doctor’s page plays the patient’s stream' }),
  clinic: t.Object({
    name: t.String(),
    telephone: t.Nullable(t.String()),
    wifi: t.Nullable(t.String()),
  }),
  doctor: doctorCard,
  patientLabel: t.Nullable(t.String()),
  consent: t.Object({
    version: t.String({ description: 'Of the text to agree to' }),
    accepted: t.Boolean(),
    recorded: t.Boolean(),
  }),
  advice: t.Nullable(t.String({ description: 'Only after the end' })),
  messages: t.Array(
    t.Object({
      id: t.String(),
      text: t.String(),
      answers: t.Array(t.String()),
      answered: t.Nullable(t.String()),
    }),
    { description: 'Oldest first, the last 20' },
  ),
};

/** The answer to consent. */
export const phoneAnswer = t.Object(phoneView);

/** The answer to redeem and resume. */
export const phoneAdmission = t.Object({
  ...phoneView,
  resumeToken: t.String({ description: 'Good until the next one, from the answer to resume, was shown' }),
  eventsUrl: t.String({
    description: 'ws://… (wss://… by the public name); the first message is {"resumeToken": …}',
  }),
  expiresAt: time,
});

/** What the phone is sent on the events socket. */
export const phoneMessage: SchemaOf<BoxMessage> = t.Union(
  [
    t.Object({ type: t.Literal('snapshot'), ...phoneView }),
    reconnect,
    errorMessage,
    t.Object({ type: t.Literal('pong') }),
  ],
  { description: 'Sent to the phone, after its first message {"resumeToken": …}' },
);

/** 200 of the health questions. */
export const healthy = t.Object({ ok: t.Boolean() });

/** 503 of the health questions. */
export const unhealthy: SchemaOf<UnhealthyBody> = t.Object({
  ...errorBody.properties,
  problems: t.Array(t.String(), { description: 'Why not, in English sentences' }),
  codes: t.Array(t.String(), { description: 'The code of each' }),
});

/** What is measured may grow: a caller must expect more than is promised here. */
const open = { additionalProperties: true };

const processStatus = {
  name: t.String(),
  wanted: t.UnionEnum(['running', 'stopped']),
  actual: t.UnionEnum(['stopped', 'running', 'backoff', 'stopping']),
  pid: t.Nullable(t.Integer()),
  restarts: t.Integer(),
  lastExitCode: t.Nullable(t.Integer()),
  lastLines: t.Array(t.String()),
};

const problem = t.Object({
  code: t.UnionEnum(['database', 'media_server', 'no_address', 'address_not_here', 'ffmpeg', 'setup']),
  level: t.UnionEnum(['warning', 'problem']),
  zh: t.String({ description: 'A sentence for people' }),
  en: t.String(),
});

const number = t.Nullable(t.Number());

/** The body of `GET /api/status`. */
export const statusView = t.Object(
  {
    versions: t.Object(
      { consultbox: t.String(), bun: t.String(), ffmpeg: t.Nullable(t.String()), mediaServer: t.String() },
      open,
    ),
    media: t.Object(
      { engine: t.String(), why: t.String(), ready: t.Boolean(), process: t.Object(processStatus, open) },
      open,
    ),
    network: t.Object(
      {
        chosen: t.Nullable(t.Object({ address: t.String(), interface: t.String() }, open)),
        reason: t.String(),
        addresses: t.Array(
          t.Object(
            { interface: t.String(), address: t.String(), eligible: t.Boolean(), reason: t.String() },
            open,
          ),
        ),
      },
      open,
    ),
    ffmpeg: t.Object({ missing: t.Array(t.String()) }, open),
    live: t.Object({ ok: t.Boolean(), problems: t.Array(problem) }, open),
    ready: t.Object({ ok: t.Boolean(), problems: t.Array(problem) }, open),
    consultations: t.Object({ open: t.Integer(), waiting: t.Integer(), live: t.Integer() }, open),
    transcoders: t.Array(
      t.Object(
        {
          ...processStatus,
          progress: t.Nullable(
            t.Object(
              {
                frames: number,
                fps: number,
                bitrate: number,
                outTime: number,
                dropped: number,
                speed: number,
              },
              open,
            ),
          ),
        },
        open,
      ),
    ),
    resources: t.Object(
      {
        cpu: t.Number({ description: 'percent of all cores together' }),
        memoryTotal: t.Number({ description: 'bytes' }),
        memoryAvailable: t.Number({ description: 'bytes' }),
        uptime: t.Number({ description: 'of the supervisor, seconds' }),
      },
      open,
    ),
  },
  open,
);

/** Text of another kind than JSON: the document names its media type. */
export const sdp = t.String({ contentMediaType: 'application/sdp', description: 'SDP' });
/** A page. */
export const html = t.String({ contentMediaType: 'text/html', description: 'A page' });
/** The body of `GET /metrics`. */
export const prometheus = t.String({
  contentMediaType: 'text/plain',
  description: 'Prometheus’ text format',
});
/** A certificate to install. */
export const certificate = t.String({ contentMediaType: 'application/x-x509-ca-cert', description: 'PEM' });
/** A profile to install. */
export const appleProfile = t.String({
  contentMediaType: 'application/x-apple-aspen-config',
  description: 'XML',
});
/** Of any kind, to be kept. */
export const file = t.String({ contentMediaType: 'application/octet-stream', description: 'A file' });
/** HLS. */
export const playlistOrSegment = t.String({
  contentMediaType: '*/*',
  description: 'A playlist, or a part of the stream',
});
