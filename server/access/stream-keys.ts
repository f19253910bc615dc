/**
 * Keys for publishing and reading one media path. The doctor's and the patient's are computed from the box's
 * secret, so that after a crash the same keys are good again and nothing has to be typed or scanned; FFmpeg's
 * live only as long as the process they were made for.
 */
import { createHmac } from 'node:crypto';
import { digest, randomSecret, sameSecret } from './digest.ts';

/** Whose key it is. */
export type StreamRole = 'doctor' | 'patient' | 'transcoder';
/** What it allows. */
export type StreamAction = 'publish' | 'read';

/** What a key is good for, and for nothing else. */
export interface StreamGrant {
  role: StreamRole;
  consultationId: string;
  /** e.g. `c7f3…/doctor_aac` */
  path: string;
  action: StreamAction;
}

/** Makes keys, and tells what a key is good for. */
export class StreamKeys {
  readonly #transcoderKeys = new Map<string, StreamGrant>();

  /** @param secret the box's own, never shown to anyone */
  constructor(private readonly secret: string) {}

  /** @param generation the consultation's `phoneGeneration`: a key of another generation is worthless */
  derive(grant: StreamGrant, generation: number): string {
    const { role, consultationId, path, action } = grant;
    return this.#mac('stream', role, consultationId, path, action, String(generation));
  }

  /** @param resumeGeneration a token is good once; the next one has the next generation */
  resumeToken(consultationId: string, phoneGeneration: number, resumeGeneration: number): string {
    return this.#mac('resume', consultationId, String(phoneGeneration), String(resumeGeneration));
  }

  matches(key: string, grant: StreamGrant, generation: number): boolean {
    return sameSecret(key, this.derive(grant, generation));
  }

  /** A key for one FFmpeg process and one of its ends. */
  issueForTranscoder(grant: Omit<StreamGrant, 'role'>): string {
    const key = randomSecret();
    this.#transcoderKeys.set(digest(key), { ...grant, role: 'transcoder' });
    return key;
  }

  revokeForTranscoder(key: string): void {
    this.#transcoderKeys.delete(digest(key));
  }

  /** What a transcoder's key was made for; undefined when it is none or was revoked. */
  transcoderGrant(key: string): StreamGrant | undefined {
    return this.#transcoderKeys.get(digest(key));
  }

  #mac(...parts: string[]): string {
    return createHmac('sha256', this.secret).update(parts.join('\n')).digest('base64url').slice(0, 32);
  }
}
