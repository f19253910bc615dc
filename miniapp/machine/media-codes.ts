/**
 * Every documented code of live-pusher and live-player: what it means, what the machine does, and what the patient
 * reads. Codes come from WeChat's component pages (live-pusher: `bindstatechange` and `binderror`; live-player:
 * `bindstatechange`) and, where marked, from what phones are reported to send beside them. A code that is not here does
 * nothing and is still reported to the box.
 */
import type { MessageKey } from '../i18n/catalogue.ts';

/**
 * - `nothing`: it is told to the box, no more.
 * - `good`: the stream runs; what was counted against it is forgotten.
 * - `retrying`: the component tries again by itself; the patient is told.
 * - `restart`: the component has given up: stop and start after a pause that grows.
 * - `refresh`: the address may be worth nothing any more: resume, which brings fresh ones.
 * - `notice`: the patient is told, nothing else helps.
 * - `plain`: start again without a size of our own; the phone cannot do that one.
 * - `check`: camera or microphone did not open: look at the permissions; when they are there, restart.
 * - `away`: a telephone call, or WeChat put the picture aside.
 */
export type MediaAction =
  | 'nothing'
  | 'good'
  | 'retrying'
  | 'restart'
  | 'refresh'
  | 'notice'
  | 'plain'
  | 'check'
  | 'away';

/** One line of the tables. */
export interface MediaRule {
  means: string;
  does: MediaAction;
  says: MessageKey | null;
}

const rule = (means: string, does: MediaAction = 'nothing', says: MessageKey | null = null): MediaRule => ({
  means,
  does,
  says,
});

/** live-pusher's `bindstatechange`. */
export const pusherCodes: Readonly<Record<number, MediaRule>> = {
  0: rule('no error'),
  1001: rule('connected to the server'),
  1002: rule('handshake done, pushing', 'good'),
  1003: rule('camera opened'),
  1004: rule('screen capture started'),
  1005: rule('resolution adapted'),
  1006: rule('bitrate adapted'),
  1007: rule('first picture captured'),
  1008: rule('encoder started'),
  1018: rule('joined a room (ROOM protocol only)'),
  1019: rule('left a room (ROOM protocol only)'),
  1020: rule('list of publishers changed (ROOM protocol only)'),
  1021: rule('network type changed, room is joined again (ROOM protocol only)'),
  1022: rule('joining a room failed (ROOM protocol only)'),
  1031: rule('a remote publisher came (ROOM protocol only)'),
  1032: rule('a remote publisher left (ROOM protocol only)'),
  1033: rule('a remote publisher’s video changed (ROOM protocol only)'),
  1034: rule('a remote publisher’s audio changed (ROOM protocol only)'),
  1101: rule('upload too narrow', 'notice', 'media.pushWeak'),
  1102: rule('disconnected, reconnecting by itself', 'retrying', 'media.pushRetry'),
  1103: rule('hardware encoder failed, software encoder used'),
  1104: rule('video encoding failed, encoder restarts by itself', 'notice', 'media.encoder'),
  1105: rule('new beautifying encoder failed, old one used'),
  1106: rule('new beautifying encoder failed, old one used'),
  2003: rule('own first picture drawn (reported)'),
  2004: rule('own preview started (reported)'),
  2007: rule('own preview loads (reported)'),
  3001: rule('RTMP: name not resolved', 'retrying', 'media.pushRetry'),
  3002: rule('RTMP: connecting failed', 'retrying', 'media.pushRetry'),
  3003: rule('RTMP: handshake failed', 'retrying', 'media.pushRetry'),
  3004: rule('RTMP: server closed, address may be invalid', 'refresh', 'media.pushRestart'),
  3005: rule('RTMP: reading or writing failed', 'retrying', 'media.pushRetry'),
  4998: rule('enable-mic was switched (iOS)'),
  4999: rule('muted was switched (iOS)'),
  5000: rule('the mini-program was put aside', 'away', 'media.suspended'),
  5001: rule('interrupted by a telephone or WeChat call', 'away', 'away.call'),
  [-1301]: rule('camera did not open', 'check', 'media.cameraBusy'),
  [-1302]: rule('microphone did not open', 'check', 'media.microphoneBusy'),
  [-1303]: rule('video encoding failed', 'plain', 'media.encoder'),
  [-1304]: rule('audio encoding failed', 'restart', 'media.encoder'),
  [-1305]: rule('resolution not supported', 'plain', 'media.encoder'),
  [-1306]: rule('sample rate not supported', 'plain', 'media.encoder'),
  [-1307]: rule('disconnected, retries used up', 'restart', 'media.pushRestart'),
  [-1308]: rule('screen capture refused'),
  [-1309]: rule('screen capture needs a newer Android'),
  [-1310]: rule('screen capture interrupted by another app'),
  [-1311]: rule('Android microphone opened but gives no data', 'restart', 'media.microphoneBusy'),
  [-1312]: rule('screen capture could not be turned'),
};

/** live-pusher's `binderror`. */
export const pusherErrors: Readonly<Record<number, MediaRule>> = {
  10001: rule('the user forbids the camera', 'check', 'forbidden.camera'),
  10002: rule('the user forbids recording', 'check', 'forbidden.microphone'),
  10003: rule('background music did not load'),
  10004: rule('waiting-image did not load'),
};

/** live-player's `bindstatechange`. */
export const playerCodes: Readonly<Record<number, MediaRule>> = {
  0: rule('no error'),
  2001: rule('connected to the server'),
  2002: rule('connected, pulling'),
  2003: rule('first keyframe received', 'good'),
  2004: rule('playing', 'good'),
  2005: rule('progress'),
  2006: rule('playing ended', 'restart', 'media.playRetry'),
  2007: rule('loading'),
  2008: rule('decoder started'),
  2009: rule('picture size changed'),
  2030: rule('audio device changed (reported)', 'notice', 'media.audioDevice'),
  2032: rule('first picture drawn (reported)', 'good'),
  2101: rule('a picture could not be decoded', 'notice', 'media.decoder'),
  2102: rule('a piece of sound could not be decoded'),
  2103: rule('disconnected, reconnecting by itself', 'retrying', 'media.playRetry'),
  2104: rule('packets come unevenly', 'notice', 'media.playWeak'),
  2105: rule('playing stalls', 'notice', 'media.playWeak'),
  2106: rule('hardware decoder failed, software decoder used'),
  2107: rule('pictures are missing'),
  2108: rule('hardware decoder failed at the first keyframe, software decoder used'),
  3001: rule('RTMP: name not resolved', 'retrying', 'media.playRetry'),
  3002: rule('RTMP: connecting failed', 'retrying', 'media.playRetry'),
  3003: rule('RTMP: handshake failed', 'retrying', 'media.playRetry'),
  3005: rule('RTMP: reading or writing failed', 'retrying', 'media.playRetry'),
  6000: rule('playing was put aside (reported)', 'restart', 'media.suspended'),
  [-2301]: rule('disconnected, retries used up', 'restart', 'media.playRetry'),
  [-2302]: rule('no accelerated address', 'restart', 'media.playRetry'),
};

const unknown: MediaRule = rule('not documented');

/** The line for a code. */
export function ruleFor(side: 'push' | 'play', code: number): MediaRule {
  const table = side === 'play' ? playerCodes : { ...pusherCodes, ...pusherErrors };
  return table[code] ?? unknown;
}

/** What is said of something that passes by itself, and of which no code says that it has passed. */
export const passingNotices: ReadonlySet<MessageKey | null> = new Set(
  [...Object.values(pusherCodes), ...Object.values(playerCodes)]
    .filter(({ does }) => does === 'notice')
    .map(({ says }) => says),
);
