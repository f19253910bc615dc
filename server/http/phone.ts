/** The phone's listener: plain HTTP, because WeChat reaches an address of the LAN only so. */
import { X509Certificate } from 'node:crypto';
import { Elysia } from 'elysia';
import type { Conversation } from '../consultations/conversation.ts';
import type { EventHub } from '../consultations/events.ts';
import type { Pairing, PhoneContact } from '../consultations/pairing.ts';
import type { PhoneReports } from '../consultations/phone-reports.ts';
import type { ConsultationService } from '../consultations/service.ts';
import { Refusal } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { StatusService } from '../status/status.ts';
import { rootProfile } from '../tls/browser-policies.ts';
import type { HttpsWay } from '../tls/https-ways.ts';
import { limitedBodies } from './bodies.ts';
import { errorShape } from './errors.ts';
import { healthController } from './health.ts';
import { readPage } from './html.ts';
import { ownHostsOnly } from './own-hosts.ts';
import { pageAssets } from './page-assets.ts';
import { type PhoneConnections, phoneEvents } from './phone-events.ts';
import { phoneRoutes } from './phone-routes.ts';
import { type RateLimiter, rateLimited } from './rate-limit.ts';
import { plainPageHeaders, securityHeaders } from './security-headers.ts';

/** What the phone's listener needs. */
export interface PhoneDependencies {
  pairing: Pairing;
  consultations: ConsultationService;
  conversation: Conversation;
  reports: PhoneReports;
  hub: EventHub;
  status: StatusService;
  logger: Logger;
  /** The built pages. */
  uiDir: string;
  clinicName: () => string;
  /** Nobody has set the box up yet. */
  setupNeeded: () => boolean;
  /** The doctor's page under an address of this box. */
  clinicUrl: (host: string) => string;
  /** PEM of the box's own root. */
  rootCertificate: string;
  /** Whose certificate the clinic's listener shows. */
  httpsWay: () => HttpsWay;
  /** The address that a request reached, as an address of this box. */
  ownAddress: (host: string) => string;
  /** How phones reach this listener. @param host as in the request, a name of this box */
  originOf: (host: string) => string;
  /** Guesses count together, by whichever of the two listeners they come. */
  limiter: RateLimiter;
  connections: PhoneConnections;
  /** Whether a name or an address, as in a request's `Host`, is this box's. */
  isOwnName: (name: string) => boolean;
}

/** The phone's app: health, what a QR code leads to, pairing, events. */
export function phoneApp(dependencies: PhoneDependencies) {
  const { pairing, consultations, conversation, reports, hub, limiter, connections } = dependencies;
  const { status, logger, uiDir, ownAddress, setupNeeded } = dependencies;
  const page = (name: string, values: Record<string, string>) =>
    readPage(uiDir, name, { clinicName: dependencies.clinicName(), ...values });
  const hostOf = (request: Request) => ownAddress(new URL(request.url).hostname);
  const contact = (request: Request, from: string): PhoneContact => ({
    from,
    host: hostOf(request),
    origin: dependencies.originOf(new URL(request.url).hostname),
  });
  const patientPage = async () =>
    new Response(await page('patient.html', {}), { headers: plainPageHeaders() });

  return new Elysia()
    .use(rateLimited(limiter))
    .use(errorShape(logger))
    .use(securityHeaders())
    .use(ownHostsOnly(dependencies.isOwnName))
    .use(limitedBodies())
    .derive({ as: 'global' }, ({ path }) => {
      if (setupNeeded() && path.startsWith('/api/')) {
        throw new Refusal(
          'setup_required',
          'the box is not set up yet: type the code on its screen on its page',
        );
      }
      return {};
    })
    .use(healthController(status))
    .use(pageAssets(uiDir))
    .use(
      phoneRoutes({
        lead: async (request) => {
          const httpsUrl = dependencies.clinicUrl(hostOf(request));
          const way = dependencies.httpsWay();
          return new Response(await page('lead.html', { httpsUrl, way }), {
            // Its one script carries the set-up code on.
            headers: plainPageHeaders({ scripts: true }),
          });
        },
        scanned: patientPage,
        rootCertificate: () =>
          new Response(dependencies.rootCertificate, {
            headers: {
              'Content-Type': 'application/x-x509-ca-cert',
              'Content-Disposition': 'attachment; filename="consultbox-root.crt"',
            },
          }),
        rootProfile: () => {
          const { name, type, content } = rootProfile(dependencies.rootCertificate);
          return new Response(content, {
            headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` },
          });
        },
        trust: async (request) => {
          const httpsUrl = dependencies.clinicUrl(hostOf(request));
          const { origin } = new URL(httpsUrl);
          const { fingerprint256 } = new X509Certificate(dependencies.rootCertificate);
          const values = { httpsUrl, fingerprint: fingerprint256, way: dependencies.httpsWay() };
          return new Response(await page('trust.html', values), {
            headers: plainPageHeaders({ scripts: true, connects: origin }),
          });
        },
        redeem: (token, nonce, request, from) => pairing.redeem(token, nonce, contact(request, from)),
        resume: (id, resumeToken, request, from) => pairing.resume(id, resumeToken, contact(request, from)),
        consent: (id, { resumeToken, version, by }, request, from) => {
          pairing.checkPhone(id, resumeToken);
          conversation.agree(id, version, by);
          return pairing.phoneView(id, contact(request, from));
        },
        fieldTest: (id, results) => pairing.keepFieldTest(id, results),
        leave: (id, left) => pairing.leave(id, left),
      }),
    )
    .use(phoneEvents({ pairing, consultations, reports, hub, contact, limiter, connections }));
}
