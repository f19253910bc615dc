/** The clinic's listener: HTTPS, everything that doctors use. */
import { join } from 'node:path';
import openapi from '@elysiajs/openapi';
import { staticPlugin } from '@elysiajs/static';
import { Elysia } from 'elysia';
import type { Logger } from '../log/logger.ts';
import type { StatusService } from '../status/status.ts';
import { version } from '../version.ts';
import { accessController } from './access.ts';
import { limitedBodies } from './bodies.ts';
import { type ClinicEventsDependencies, clinicEvents } from './clinic-events.ts';
import { consultationsController } from './consultations.ts';
import { errorShape } from './errors.ts';
import { guard } from './guard.ts';
import { healthController } from './health.ts';
import { readPage } from './html.ts';
import { type MediaProxyDependencies, mediaProxyController } from './media-proxy.ts';

export interface ClinicDependencies extends ClinicEventsDependencies, MediaProxyDependencies {
  status: StatusService;
  logger: Logger;
  /** The built pages. */
  uiDir: string;
  clinicName: string;
}

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-cache',
  // blob: is how hls.js plays and works; inline styles are Lit's on browsers without adopted style sheets.
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Permissions-Policy': 'camera=(self), microphone=(self), fullscreen=(self), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const scriptHeaders = {
  'Content-Type': 'text/javascript; charset=utf-8',
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
};

export function clinicApp(dependencies: ClinicDependencies) {
  const { access, consultations, status, logger, uiDir, clinicName } = dependencies;
  const index = async () =>
    new Response(await readPage(uiDir, 'index.html', { clinicName }), { headers: pageHeaders });

  return (
    new Elysia()
      .use(errorShape(logger))
      .use(limitedBodies())
      .use(healthController(status))
      .use(
        staticPlugin({
          assets: join(uiDir, 'assets'),
          prefix: '/assets',
          alwaysStatic: true,
          maxAge: 86_400,
          ignorePatterns: [/old-browser\.js$/],
        }),
      )
      // Its name carries no hash: kept for a day, an old browser would run yesterday's after an update.
      .get(
        '/assets/old-browser.js',
        () => new Response(Bun.file(join(uiDir, 'assets/old-browser.js')), { headers: scriptHeaders }),
        { detail: { hide: true } },
      )
      .get('/', index, { detail: { hide: true } })
      .use(accessController(access))
      .use(consultationsController(consultations, access))
      .use(clinicEvents(dependencies))
      .use(mediaProxyController(dependencies))
      .use(
        new Elysia({ tags: ['status'] })
          .use(guard(access))
          .get('/api/status', () => status.view(), { detail: { summary: 'How the box is' } })
          .get(
            '/metrics',
            async () =>
              new Response(await status.metrics(), {
                headers: { 'Content-Type': 'text/plain; version=0.0.4' },
              }),
            { detail: { summary: 'Prometheus metrics' } },
          ),
      )
      .use(
        openapi({
          // The reader's page would be loaded from the internet: the document alone is served.
          provider: null,
          specPath: '/api/openapi.json',
          documentation: {
            info: {
              title: 'Consultbox',
              version,
              description: 'The clinic’s API. Every error: {error: {code, message}}.',
            },
            components: {
              securitySchemes: {
                session: { type: 'apiKey', in: 'cookie', name: '__Host-consultbox' },
                accessCode: { type: 'http', scheme: 'bearer', description: 'The access code' },
              },
            },
            security: [{ session: [] }, { accessCode: [] }],
          },
        }),
      )
  );
}
