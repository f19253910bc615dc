/** `wx.request`, by fetch. */
import { type Callbacks, fail, succeed } from './callbacks.ts';
import type { Handset } from './handset.ts';
import { failureOf, forbidden, type NetworkFailure } from './lan.ts';

type Options = Pick<WechatMiniprogram.RequestOption, 'url' | 'method' | 'data' | 'header' | 'timeout'> &
  Callbacks;

/** As WeChat has it where nothing else is said, ms. */
const usualTimeout = 60_000;

/** Fetch's error in the phone's words. */
function readFailure(handset: Handset, error: unknown): NetworkFailure {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError') return failureOf(handset, 'timeout');
  return failureOf(handset, code === 'ECONNREFUSED' || code === 'ConnectionRefused' ? 'refused' : 'lost');
}

async function exchange(handset: Handset, options: Options): Promise<object> {
  const { url, method = 'GET', data, header = {}, timeout = usualTimeout } = options;
  const lost = new AbortController();
  const stop = [handset.disconnects.on(() => lost.abort()), handset.suspends.on(() => lost.abort())];
  try {
    const signal = AbortSignal.any([lost.signal, AbortSignal.timeout(timeout)]);
    // Nothing comes back from a network that hands nothing on.
    if (handset.isolated) {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
    const response = await fetch(url, {
      method,
      headers: header as Record<string, string>,
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
      signal,
    });
    const text = await response.text();
    return { statusCode: response.status, data: parse(text), header: Object.fromEntries(response.headers) };
  } finally {
    for (const each of stop) each();
  }
}

/** WeChat hands on as text what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function request(handset: Handset, options: Options): void {
  const refused = forbidden(handset, options.url);
  if (refused !== null) {
    fail('request', options, refused.why, refused.errno);
    return;
  }
  exchange(handset, options).then(
    (result) => succeed('request', options, result),
    (error: unknown) => {
      const { why, errno } = handset.suspended
        ? { why: 'interrupted', errno: 600_003 }
        : readFailure(handset, error);
      fail('request', options, why, errno);
    },
  );
}
