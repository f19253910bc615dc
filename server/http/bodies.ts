/**
 * Reads request bodies, never more of them than can be meant. The rest of one that is too large is thrown away as it
 * arrives, so that the caller, who is still sending, can read the answer.
 */
import { Elysia } from 'elysia';
import { Refusal } from '../errors.ts';

/** A large SDP has 15 KB; everything else is smaller. */
export const bodyLimit = 64 * 1024;

async function readLimited(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > bodyLimit) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): Refusal {
  return new Refusal('too_large', `the body is larger than ${bodyLimit} bytes`);
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('invalid_request', 'the body is not valid JSON');
  }
}

/** JSON becomes its value, every other type its text. */
export function limitedBodies() {
  return new Elysia({ name: 'limited-bodies' })
    .onRequest(({ request }) => {
      if (Number(request.headers.get('content-length') ?? 0) > bodyLimit) throw tooLarge();
    })
    .onParse({ as: 'global' }, async ({ request, contentType }) => {
      const text = await readLimited(request);
      return contentType === 'application/json' ? (parseJson(text) ?? null) : text;
    });
}
