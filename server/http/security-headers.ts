/**
 * What every answer tells browsers: pages, API, files and errors alike. A page replaces the policy by one of its own
 * (`pageHeaders`); whatever forgets to, may load and do nothing.
 */
import { Elysia } from 'elysia';

/** Nothing of these is needed anywhere; a page that needs one names it. */
const unused =
  'accelerometer=(), autoplay=(), display-capture=(), geolocation=(), gyroscope=(), midi=(), payment=(), usb=()';

const always = {
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Permissions-Policy': `${unused}, camera=(), microphone=(), fullscreen=()`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  // For browsers older than `frame-ancestors`.
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Elysia plugin: the headers that every answer has. @param more asked anew for each answer */
export function securityHeaders(more: () => Record<string, string> = () => ({})) {
  return new Elysia({ name: 'security-headers' }).onRequest(({ set }) => {
    Object.assign(set.headers, always, more());
  });
}

/** For one answer: nobody can know it before. Browsers keep it from scripts that only read the page. */
export function styleNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
}

const html = { 'Content-Type': 'text/html; charset=utf-8' };

/**
 * Of the clinic's pages with components. Lit's styles come as adopted style sheets; Firefox before 101 and Safari
 * before 16.4 have none, and there Lit writes style elements: with the page's nonce, so that nobody else's are taken.
 * `blob:` is how hls.js plays and works.
 * @param nonce `styleNonce()`; the page has it in its `<link rel="stylesheet">`
 */
export function appPageHeaders(nonce: string): Record<string, string> {
  return {
    ...html,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': [
      "default-src 'none'; script-src 'self'; connect-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; font-src 'self'",
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; '),
    'Permissions-Policy': `${unused.replace('autoplay=(), ', '')}, camera=(self), microphone=(self), fullscreen=(self)`,
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

/**
 * Of the phone listener's pages: text and pictures.
 * @param scripts whether the page has one; @param connects another origin that it asks
 */
export function plainPageHeaders({ scripts = false, connects = '' } = {}): Record<string, string> {
  return {
    ...html,
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'none'; style-src 'self'; img-src 'self' data:",
      ...(scripts ? ["script-src 'self'"] : []),
      ...(connects === '' ? [] : [`connect-src ${connects}`]),
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; '),
  };
}
