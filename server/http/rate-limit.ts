/**
 * How often one address may ask the phone's open routes. Tokens are too long to be guessed (128 bits and more); the
 * limit keeps guessing from costing the box anything, and says so. A waiting room behind one NAT address stays far
 * below it: what is counted tightly are wrong tokens alone.
 */
import { Elysia } from 'elysia';
import { Refusal, type RefusalCode } from '../errors.ts';
import { clientAddress } from './guard.ts';

/** ms */
const window = 60_000;

/** What one address may do in a minute. */
export interface RateLimits {
  requests: number;
  /** Tokens that nobody issued. */
  wrong: number;
}

const generous: RateLimits = { requests: 600, wrong: 60 };

/** More addresses than a clinic has: a flood of them must not fill the memory. */
const mostAddresses = 5000;

interface Count {
  since: number;
  requests: number;
  wrong: number;
}

/** Counts by address. */
export class RateLimiter {
  readonly #counts = new Map<string, Count>();

  /** @param now ms since any moment; handed in by tests */
  constructor(
    private readonly limits: RateLimits = generous,
    private readonly now: () => number = Date.now,
  ) {}

  /** A request comes. @throws Refusal `too_many_attempts`, with the seconds until it may come again */
  take(address: string): void {
    const count = this.#count(address);
    const { requests, wrong } = this.limits;
    if (count.requests >= requests || count.wrong >= wrong) {
      const seconds = Math.max(1, Math.ceil((count.since + window - this.now()) / 1000));
      throw new Refusal(
        'too_many_attempts',
        `too many requests from this address: try again in ${seconds} s`,
        {},
        seconds,
      );
    }
    count.requests += 1;
  }

  /** What came was wrong. */
  wrong(address: string): void {
    this.#count(address).wrong += 1;
  }

  #count(address: string): Count {
    const now = this.now();
    const known = this.#counts.get(address);
    if (known !== undefined && now - known.since < window) return known;
    this.#counts.delete(address);
    // The oldest stands first.
    for (const [each, { since }] of this.#counts) {
      if (now - since < window && this.#counts.size < mostAddresses) break;
      this.#counts.delete(each);
    }
    const count = { since: now, requests: 0, wrong: 0 };
    this.#counts.set(address, count);
    return count;
  }
}

const guesses: readonly RefusalCode[] = ['token_unknown', 'resume_refused', 'not_found'];

/** Elysia plugin: every POST of the app is counted. It stands before `errorShape`, to see what was refused. */
export function rateLimited(limiter: RateLimiter) {
  return new Elysia({ name: 'rate-limited' })
    .onRequest(({ request, server }) => {
      if (request.method === 'POST') limiter.take(clientAddress(request, server));
    })
    .onError({ as: 'global' }, ({ error, request, server }) => {
      if (error instanceof Refusal && guesses.includes(error.code)) {
        limiter.wrong(clientAddress(request, server));
      }
    });
}
