/** The clinic's listener: HTTPS, everything that doctors use. */
import { Elysia } from 'elysia';
import type { AuditLog } from '../audit/log.ts';
import type { Conversation } from '../consultations/conversation.ts';
import type { Logger } from '../log/logger.ts';
import type { MiniappProgress } from '../miniapp/progress.ts';
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
import { type HttpsDependencies, httpsController } from './https.ts';
import { type MediaProxyDependencies, mediaProxyController } from './media-proxy.ts';
import { miniappController } from './miniapp.ts';
import { guarded, prometheus, statusView } from './models.ts';
import { openapiDocument } from './openapi.ts';
import { ownOriginOnly } from './origin.ts';
import { ownHostsOnly } from './own-hosts.ts';
import { pageAssets } from './page-assets.ts';
import { auditController, peopleController } from './people.ts';
import { checkRules } from './rules.ts';
import { appPageHeaders, securityHeaders, styleNonce } from './security-headers.ts';
import { sessionController } from './session.ts';
import { setupController } from './setup.ts';
import { isTrustCheck, trustCheck } from './trust-check.ts';

/** What the clinic's listener needs. */
export interface ClinicDependencies
  extends ClinicEventsDependencies,
    MediaProxyDependencies,
    HttpsDependencies {
  conversation: Conversation;
  status: StatusService;
  logger: Logger;
  /** The built pages. */
  uiDir: string;
  clinicName: () => string;
  /** Whether a name or an address, as in a request's `Host`, is this box's. */
  isOwnName: (name: string) => boolean;
  setup: Setup;
  signIn: SignIn;
  sessions: Sessions;
  people: People;
  audit: AuditLog;
  miniapp: MiniappProgress;
}

/** The clinic's app; a fresh one for each certificate. */
export function clinicApp(dependencies: ClinicDependencies) {
  const { consultations, conversation, status, logger, uiDir, clinicName, isOwnName, https } = dependencies;
  const { setup, sessions, people, audit } = dependencies;
  const guarding = { sessions, setup, consultations };
  const page = (name: string) => async () => {
    const nonce = styleNonce();
    return new Response(await readPage(uiDir, name, { clinicName: clinicName(), nonce }), {
      headers: appPageHeaders(nonce),
    });
  };
  const strictTransport = () => {
    const value = https.strictTransport();
    return value === null ? {} : { 'Strict-Transport-Security': value };
  };

  const app = new Elysia()
    .use(errorShape(logger))
    .use(securityHeaders(strictTransport))
    .use(ownHostsOnly(isOwnName))
    .use(ownOriginOnly((request) => isTrustCheck(request, isOwnName)))
    .use(trustCheck(isOwnName))
    .use(limitedBodies())
    .use(healthController(status))
    .use(pageAssets(uiDir))
    .get('/', page('index.html'), { detail: { hide: true } })
    .get('/admin', page('admin.html'), { detail: { hide: true } })
    .get('/admin/https', page('https.html'), { detail: { hide: true } })
    .use(setupController(setup, guarding))
    .use(sessionController(dependencies, guarding))
    .use(peopleController(people, guarding))
    .use(auditController(audit, guarding))
    .use(consultationsController(consultations, conversation, audit, guarding))
    .use(clinicEvents(dependencies, guarding))
    .use(mediaProxyController(dependencies, guarding))
    .use(httpsController(dependencies, guarding))
    .use(miniappController(dependencies.miniapp, guarding))
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
