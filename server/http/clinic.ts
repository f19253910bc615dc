/** The clinic's listener: HTTPS, everything that doctors use. */
import { Elysia } from 'elysia';
import type { Conversation } from '../consultations/conversation.ts';
import type { Logger } from '../log/logger.ts';
import type { StatusService } from '../status/status.ts';
import { accessController } from './access.ts';
import { limitedBodies } from './bodies.ts';
import { type ClinicEventsDependencies, clinicEvents } from './clinic-events.ts';
import { consultationsController } from './consultations.ts';
import { errorShape } from './errors.ts';
import { guard } from './guard.ts';
import { healthController } from './health.ts';
import { readPage } from './html.ts';
import { type HttpsDependencies, httpsController } from './https.ts';
import { type MediaProxyDependencies, mediaProxyController } from './media-proxy.ts';
import { guarded, prometheus, statusView } from './models.ts';
import { openapiDocument } from './openapi.ts';
import { ownOriginOnly } from './origin.ts';
import { ownHostsOnly } from './own-hosts.ts';
import { pageAssets } from './page-assets.ts';
import { appPageHeaders, securityHeaders, styleNonce } from './security-headers.ts';
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
  clinicName: string;
  /** Whether a name or an address, as in a request's `Host`, is this box's. */
  isOwnName: (name: string) => boolean;
}

/** The clinic's app; a fresh one for each certificate. */
export function clinicApp(dependencies: ClinicDependencies) {
  const { access, consultations, conversation, status, logger, uiDir, clinicName, isOwnName, https } =
    dependencies;
  const page = (name: string) => async () => {
    const nonce = styleNonce();
    return new Response(await readPage(uiDir, name, { clinicName, nonce }), {
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
    .get('/admin/https', page('https.html'), { detail: { hide: true } })
    .use(accessController(access))
    .use(consultationsController(consultations, conversation, access))
    .use(clinicEvents(dependencies))
    .use(mediaProxyController(dependencies))
    .use(httpsController(dependencies))
    .use(
      new Elysia({ tags: ['status'] })
        .use(guard(access))
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
  return app.get('/api/openapi.json', () => document, { detail: { hide: true } });
}
