/** Decides every publish and read that the media server asks about. */
import type { StreamAction, StreamKeys } from '../access/stream-keys.ts';
import { grantFor, parsePathName } from './paths.ts';
import type { ConsultationStore } from './store.ts';

/** What the media server asks, in the words of its `authMethod: http`. */
export interface MediaQuestion {
  /** The client's address. */
  ip: string;
  /** `publish`, `read`, or one of the media server's own (`api`, `metrics`, …). */
  action: string;
  path: string;
  protocol: string;
  token: string;
  /** The client's query string, where an RTMP client's key may stand. */
  query: string;
}

/** `phoneGeneration`: of the phone whose connection it is; null for the page, FFmpeg and this machine. */
export type MediaAnswer =
  | { allowed: true; phoneGeneration: number | null }
  | { allowed: false; reason: string };

const no = (reason: string): MediaAnswer => ({ allowed: false, reason });
const yes: MediaAnswer = { allowed: true, phoneGeneration: null };

/** The doctor's key has no generations: the page is signed in, the proxy adds the key. */
export const doctorGeneration = 0;

/** Holds a question against the consultation's state and the keys. */
export class MediaAuthorisation {
  constructor(
    private readonly store: ConsultationStore,
    private readonly keys: StreamKeys,
  ) {}

  /** Never throws: what is not understood is refused, with a reason for the log. */
  decide(question: MediaQuestion): MediaAnswer {
    const loopback = isLoopback(question.ip);
    const { action } = question;
    if (action === 'api' || action === 'metrics') return loopback ? yes : no('only this machine may');
    if (action !== 'publish' && action !== 'read') return no(`${action} is not used`);
    const path = parsePathName(question.path);
    if (path === null) return no('not a path of a consultation');
    const record = this.store.find(path.consultationId);
    if (record === undefined) return no('no such consultation');
    if (record.state === 'ended') return no('the consultation has ended');

    const key = question.token || (new URLSearchParams(question.query).get('token') ?? '');
    if (key === '') return no('no key');
    if (loopback && this.#isOurs(key, question.path, path, action)) return yes;

    const grant = grantFor('patient', path.consultationId, path.kind, action);
    if (grant === null) return no('no phone has business here');
    if (question.protocol !== 'rtmp') return no('phones use RTMP');
    if (record.state !== 'live') return no('the patient is not admitted yet');
    if (!this.keys.matches(key, grant, record.phoneGeneration)) return no('wrong key');
    if (record.phoneAddress !== question.ip) return no('another address than the phone’s: resume first');
    return { allowed: true, phoneGeneration: record.phoneGeneration };
  }

  /** The page through our proxy, or our own FFmpeg. */
  #isOurs(
    key: string,
    pathName: string,
    path: { consultationId: string; kind: Parameters<typeof grantFor>[2] },
    action: StreamAction,
  ): boolean {
    const issued = this.keys.transcoderGrant(key);
    if (issued !== undefined) return issued.path === pathName && issued.action === action;
    const doctor = grantFor('doctor', path.consultationId, path.kind, action);
    return doctor !== null && this.keys.matches(key, doctor, doctorGeneration);
  }
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}
