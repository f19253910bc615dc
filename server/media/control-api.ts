/** Client of the Control API v3: MediaMTX's, and the part of it that the embedded engine speaks. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { MediaPath, MediaPeer } from './contract.ts';

const peer = Type.Object({ type: Type.String(), id: Type.String() });

const pathList = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      ready: Type.Boolean(),
      source: Type.Union([peer, Type.Null()]),
      // Go writes an empty list as null.
      tracks: Type.Union([Type.Array(Type.String()), Type.Null()]),
      readers: Type.Union([Type.Array(peer), Type.Null()]),
      bytesReceived: Type.Number(),
    }),
  ),
});

/** Where each kind of connection is kicked; a kind that is missing goes with its publisher. */
const kickAt: Record<string, string> = {
  rtmpConn: 'rtmpconns',
  rtspSession: 'rtspsessions',
  webRTCSession: 'webrtcsessions',
  hlsSession: 'hlssessions',
};

/** It is on this machine: an answer that takes longer will not come. */
const timeout = 3000;

/** Asks and tells the media server, on this machine alone. */
export class ControlApi {
  readonly #base: string;

  /** @param port on 127.0.0.1 */
  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/v3`;
  }

  /** @throws Error when it does not answer, or not as documented */
  async paths(): Promise<MediaPath[]> {
    const response = await this.#send('GET', '/paths/list?itemsPerPage=1000');
    if (!response.ok) throw new Error(`the Control API answered ${response.status} to paths/list`);
    const body: unknown = await response.json();
    if (!Value.Check(pathList, body)) {
      const problem = Value.Errors(pathList, body).First();
      throw new Error(`the Control API’s paths/list has changed: ${problem?.path} ${problem?.message}`);
    }
    return body.items.map(({ name, ready, source, tracks, readers, bytesReceived }) => ({
      name,
      ready,
      codecs: tracks ?? [],
      bytesReceived,
      readers: readers ?? [],
      source,
    }));
  }

  /** One that has gone already is no error. @throws Error when it does not answer */
  async kick({ type, id }: MediaPeer): Promise<void> {
    const list = kickAt[type];
    if (list === undefined) return;
    const response = await this.#send('POST', `/${list}/kick/${encodeURIComponent(id)}`);
    if (!response.ok && response.status !== 404) {
      throw new Error(`the Control API answered ${response.status} to a kick`);
    }
  }

  /** Changes settings of the running server; they are not written to its file. @throws Error with its reason */
  async patchGlobal(change: Record<string, unknown>): Promise<void> {
    const response = await this.#send('PATCH', '/config/global/patch', change);
    if (!response.ok) {
      throw new Error(`the media server refused ${JSON.stringify(change)}: ${await response.text()}`);
    }
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.#base + path, {
      method,
      signal: AbortSignal.timeout(timeout),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  }
}
