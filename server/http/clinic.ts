/** The clinic's listener: HTTPS, everything that doctors use. */
import { Elysia } from 'elysia';
import type { AuditLog } from '../audit/log.ts';
import type { Conversation } from '../consultations/conversation.ts';
import type { Logger } from '../log/logger.ts';
import type { People } from '../people/people.ts';
import type { Sessions } from '../people/sessions.ts';
import type { SignIn } from '../people/sign-in.ts';
import type { Setup } from '../setup/setup.ts';
import type { StatusService } from '../status/status.ts';
import { limitedBodies } from './bodies.ts';
import { type ClinicEventsDependencies, clinicEvents } from './clinic-events.ts';
import { consultationsController } from './consultations.ts';
import { errorShape } from './errors.ts';
import { guard } from './guard.ts';
import { healthController } from './health.ts';
import { readPage } from './html.ts';
import { type MediaProxyDependencies, mediaProxyController } from './media-proxy.ts';
import { guarded, prometheus, statusView } from './models.ts';
import { openapiDocument } from './openapi.ts';
import { pageAssets } from './page-assets.ts';
import { auditController, peopleController } from './people.ts';
import { checkRules } from './rules.ts';
import { sessionController } from './session.ts';
import { setupController } from './setup.ts';

/** What the clinic's listener needs. */
export interface ClinicDependencies extends ClinicEventsDependencies, MediaProxyDependencies {
  conversation: Conversation;
  status: StatusService;
  logger: Logger;
  /** The built pages. */
  uiDir: string;
  clinicName: () => string;
  setup: Setup;
  signIn: SignIn;
  sessions: Sessions;
  people: People;
  audit: AuditLog;
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

/** The clinic's app; a fresh one for each certificate. */
export function clinicApp(dependencies: ClinicDependencies) {
  const { consultations, conversation, status, logger, uiDir, clinicName } = dependencies;
  const { setup, sessions, people, audit } = dependencies;
  const guarding = { sessions, setup, consultations };
  const page = (name: string) => async () =>
    new Response(await readPage(uiDir, name, { clinicName: clinicName() }), { headers: pageHeaders });

  const app = new Elysia()
    .use(errorShape(logger))
    .use(limitedBodies())
    .use(healthController(status))
    .use(pageAssets(uiDir))
    .get('/', page('index.html'), { detail: { hide: true } })
    .get('/admin', page('admin.html'), { detail: { hide: true } })
    .use(setupController(setup, guarding))
    .use(sessionController(dependencies, guarding))
    .use(peopleController(people, guarding))
    .use(auditController(audit, guarding))
    .use(consultationsController(consultations, conversation, audit, guarding))
    .use(clinicEvents(dependencies, guarding))
    .use(mediaProxyController(dependencies, guarding))
    .use(
      new Elysia({ tags: ['status'] })
        .use(guard(guarding))
        .get('/api/status', () => status.view(), {
          response: { 200: statusView, ...guarded() },
          detail: { summary: 'How the box is' },
        })
        .get(
          '/metrics',
          async () =>
            new Response(await status.metrics(), {
              headers: { 'Content-Type': 'text/plain; version=0.0.4' },
            }),
          { response: { 200: prometheus, ...guarded() }, detail: { summary: 'Prometheus metrics' } },
        ),
    );
  const document = openapiDocument(app);
  const whole = app.get('/api/openapi.json', () => document, { detail: { hide: true } });
  checkRules(whole.routes);
  return whole;
}
