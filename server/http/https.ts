/** HTTPS for the technician: which certificate is shown, a request, an import, policy files. */
import { Elysia, t } from 'elysia';
import { type PolicyFile, type PolicyKind, policyFile } from '../tls/browser-policies.ts';
import type { HttpsView, HttpsWays, ImportResult } from '../tls/https-ways.ts';
import { type GuardDependencies, guard } from './guard.ts';
import { file, guarded, type SchemaOf } from './models.ts';

/** What answers `/api/https`. */
export interface HttpsDependencies {
  https: HttpsWays;
  /** PEM of the box's own root. */
  rootCertificate: string;
  /** The clinic's pages under each of the box's addresses and names, e.g. `https://192.168.1.20/`. */
  clinicUrls: () => string[];
}

const certificate = t.Object({
  names: t.Array(t.String()),
  issuer: t.String(),
  validFrom: t.String({ format: 'date-time' }),
  validUntil: t.String({ format: 'date-time' }),
  fingerprint: t.String({ description: 'SHA-256' }),
});

const view: SchemaOf<HttpsView> = t.Object(
  {
    way: t.UnionEnum(['public', 'hospital', 'own'], { description: 'Whose certificate is shown' }),
    shown: certificate,
    names: t.Array(t.String(), { description: 'What a request asks for, and an import should cover' }),
    publicName: t.Object({
      name: t.String({ description: 'The setting https.name' }),
      validUntil: t.Nullable(t.String({ format: 'date-time' })),
      ordering: t.Boolean(),
      failure: t.Nullable(t.String({ description: 'Why the last order failed' })),
    }),
    hospital: t.Object({
      request: t.Nullable(t.String({ description: 'PEM' })),
      certificate: t.Nullable(certificate),
    }),
    rootFingerprint: t.String({ description: 'SHA-256 of the box’s own root' }),
    leadUrl: t.String({ description: 'The page on http:// that leads doctors; beside it is `trust`' }),
  },
  { description: 'Everything about HTTPS' },
);

const imported: SchemaOf<ImportResult> = t.Object(
  {
    used: t.Boolean({ description: 'It is shown from now on' }),
    problems: t.Array(
      t.Object({
        code: t.Any({ description: 'For programs' }),
        level: t.UnionEnum(['error', 'warning'], { description: 'With an error it is not used' }),
        zh: t.String({ description: 'What is wrong, and what to do' }),
        en: t.String(),
      }),
    ),
  },
  { description: 'How it went' },
);

function download({ name, type, content }: PolicyFile): Response {
  return new Response(content, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  });
}

/** `/api/https`: a technician's. */
export function httpsController(
  { https, rootCertificate, clinicUrls }: HttpsDependencies,
  guarding: GuardDependencies,
) {
  return new Elysia({ prefix: '/api/https', tags: ['https'] })
    .use(guard(guarding))
    .get('', () => https.view(), {
      response: { 200: view, ...guarded() },
      detail: { summary: 'Which certificate is shown, and what else there is' },
    })
    .post('/request', async () => ({ csr: await https.makeRequest() }), {
      response: { 200: t.Object({ csr: t.String({ description: 'PEM' }) }), ...guarded() },
      detail: {
        summary: 'A new key and a request for the hospital’s CA; the one before is worthless from now on',
      },
    })
    .post('/import', ({ body: { use = true, ...brought } }) => https.import(brought, use), {
      body: t.Object({
        pem: t.Optional(
          t.String({ description: 'The chain, in any order; with its key where the box has none' }),
        ),
        pfx: t.Optional(t.String({ description: 'Base64' })),
        password: t.Optional(t.String({ maxLength: 128 })),
        use: t.Optional(t.Boolean({ description: 'false: only check it' })),
      }),
      response: { 200: imported, ...guarded('invalid_request', 'too_large') },
      detail: { summary: 'Check a certificate of the hospital’s CA and show it from now on' },
    })
    .delete(
      '/import',
      async () => {
        await https.takeBack();
        return https.view();
      },
      { response: { 200: view, ...guarded() }, detail: { summary: 'Take the imported certificate back' } },
    )
    .post(
      '/public-name/order',
      async () => {
        https.orderPublicName();
        return https.view();
      },
      {
        response: { 200: view, ...guarded() },
        detail: { summary: 'Order a certificate for the public name now; how it goes stands in the view' },
      },
    )
    .get(
      '/policies/:kind',
      ({ params }) =>
        download(
          policyFile(params.kind as PolicyKind, {
            origins: clinicUrls().map((url) => new URL(url).origin),
            root: https.way === 'own' ? rootCertificate : null,
          }),
        ),
      {
        params: t.Object({ kind: t.UnionEnum(['windows', 'linux', 'macos']) }),
        response: { 200: file, ...guarded('invalid_request') },
        detail: { summary: 'A policy file for Chrome and Edge on managed PCs' },
      },
    );
}
