/** The OpenAPI document against what Consultbox promised to others, and against what it really answers. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Box } from '../tools/box.ts';

interface Answer {
  description: string;
  content?: Record<string, { schema: Schema }>;
}
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  const?: string;
}
interface Operation {
  summary: string;
  security?: unknown[];
  servers?: unknown[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Answer>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The promise, word for word: method and path, the statuses, and what stands in the answer when all is well. */
const promised: [string, number[], string[]][] = [
  ['get /livez', [200, 503], ['ok']],
  ['get /readyz', [200, 503], ['ok']],
  [
    'get /api/status',
    [200, 401],
    ['versions', 'media', 'network', 'ffmpeg', 'transcoders', 'consultations', 'resources'],
  ],
  [
    'post /api/consultations',
    [201, 400, 401],
    ['id', 'state', 'pairing', 'whipUrl', 'whepUrl', 'hlsUrl', 'doctor', 'patient', 'device'],
  ],
  ['get /api/consultations', [200, 401], ['consultations']],
  ['get /api/consultations/{id}', [200, 401, 404], ['id', 'state', 'pairing']],
  ['post /api/consultations/{id}/pairing', [200, 401, 404, 409, 410], ['pairing']],
  ['post /api/consultations/{id}/admit', [200, 401, 404, 409, 410], ['state']],
  ['post /api/consultations/{id}/end', [200, 401, 404], ['state']],
  [
    'post /api/pairings/{token}/redeem',
    [200, 400, 404, 410, 413],
    ['consultationId', 'resumeToken', 'eventsUrl', 'pushUrl', 'playUrl', 'player', 'expiresAt'],
  ],
  [
    'post /api/consultations/{id}/resume',
    [200, 400, 403, 404, 410, 413],
    ['consultationId', 'resumeToken', 'eventsUrl', 'pushUrl', 'playUrl', 'player', 'expiresAt'],
  ],
  ['get /p/{token}', [200], []],
  ['get /j/{place}', [200], []],
  ['get /api/consultations/{id}/events', [101, 401, 404], []],
  ['get /metrics', [200, 401], []],
];

/** Beside the promise; a route that is in neither list is in the document by accident, or was forgotten here. */
const further = [
  ...['get /root.crt', 'get /api/setup', 'post /api/setup', 'post /api/setup/check'],
  ...['post /api/reset', 'post /api/reset/begin'],
  ...['get', 'post', 'delete'].map((method) => `${method} /api/session`),
  ...['put /api/session/password', 'get /api/session/all', 'delete /api/session/all/{id}'],
  ...['post', 'put', 'delete'].map((method) => `${method} /api/session/totp`),
  ...['post /api/session/programs', 'get /api/people', 'post /api/people', 'patch /api/people/{id}'],
  ...['get /api/miniapp', 'put /api/miniapp/steps/{step}'],
  ...['put /api/people/{id}/password', 'get /api/audit', 'get /api/audit/check', 'get /api/audit/export'],
  ...['get /root.mobileconfig', 'get /trust', 'get /api/https', 'get /api/https/policies/{kind}'],
  ...['post /api/https/request', 'post /api/https/import', 'delete /api/https/import'],
  'post /api/https/public-name/order',
  'post /api/consultations/{id}/leave',
  ...['post /api/consultations/{id}/messages', 'put /api/consultations/{id}/advice'],
  ...['post /api/consultations/{id}/consent', 'post /api/consultations/{id}/field-test'],
  ...['get /api/consultations/{id}/timeline', 'get /api/consultations/{id}/{side}/hls/{file}'],
  ...['post /api/consultations/{id}/doctor/whip', 'post /api/consultations/{id}/patient/whep'],
  ...['doctor/whip', 'patient/whep'].flatMap((path) => [
    `patch /api/consultations/{id}/${path}/{session}`,
    `delete /api/consultations/{id}/${path}/{session}`,
  ]),
];

let box: Box;
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  box = await Box.start({ engine: 'embedded' });
  // It holds no secret: whoever writes a program for it may read it without signing in.
  const answer = await fetch(`${box.clinicUrl}/api/openapi.json`, { tls: { rejectUnauthorized: false } });
  document = (await answer.json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]): [string, Operation] => [`${method} ${path}`, each]),
  );
}, 120_000);
afterAll(() => box?.stop());

test('it has the promised routes and those beside them, and no others', () => {
  const names = operations.map(([name]) => name).toSorted();
  expect(names).toEqual([...promised.map(([name]) => name), ...further].toSorted());
});

test('each promised route has its status codes, and a shape with the promised names', () => {
  for (const [name, statuses, fields] of promised) {
    const operation = operations.find(([each]) => each === name)?.[1];
    expect({ name, responses: Object.keys(operation?.responses ?? {}) }).toEqual({
      name,
      responses: expect.arrayContaining(statuses.map(String)),
    });
    const good = operation?.responses[String(statuses[0])]?.content ?? {};
    const schema = Object.values(good)[0]?.schema;
    expect({ name, fields: Object.keys(schema?.properties ?? {}) }).toEqual({
      name,
      fields: expect.arrayContaining(fields),
    });
  }
});

test('every route says what it is for, what it answers, its parameters, and has the one shape for errors', () => {
  for (const [name, operation] of operations) {
    expect({ name, summary: operation.summary ?? '' }).toEqual({
      name,
      summary: expect.stringMatching(/\w/),
    });
    const wanted = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
    expect({
      name,
      parameters: operation.parameters?.filter((each) => each.in === 'path').map((each) => each.name) ?? [],
    }).toEqual({
      name,
      parameters: wanted,
    });
    if (/^(post|patch) .*(whip|whep|redeem|resume|consultations|access)$/.test(name)) {
      expect({ name, body: Object.keys(operation.requestBody?.content ?? {}).length }).toEqual({
        name,
        body: 1,
      });
    }
    const { responses } = operation;
    if (!name.endsWith('/events')) expect(responses.default).toBeDefined();
    for (const [status, answer] of Object.entries(responses)) {
      const bodiless = /^(101|204|302)$/.test(status);
      const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
      expect({ name, status, body: content !== undefined }).toEqual({ name, status, body: !bodiless });
      const error = status === 'default' || (Number(status) >= 400 && !name.endsWith('z'));
      if (error)
        expect({ name, status, type, ref: content?.schema.$ref }).toEqual({ name, status, ...oneShape });
    }
  }
  for (const name of ['get /livez', 'get /readyz']) {
    const [, operation] = operations.find(([each]) => each === name) ?? [];
    const schema = Object.values(operation?.responses['503']?.content ?? {})[0]?.schema;
    expect(Object.keys(schema?.properties ?? {})).toEqual(['error', 'problems', 'codes']);
  }
  expect(document.components.schemas.Error?.properties?.error?.properties).toMatchObject({
    code: {},
    message: {},
  });
});

const oneShape = { type: 'application/json', ref: '#/components/schemas/Error' };

test('the messages of the events socket are described, for the page and for the phone', () => {
  const types = (name: string) =>
    document.components.schemas[name]?.anyOf?.map((each) => each.properties?.type?.const);
  expect(types('EventMessage')).toEqual(['snapshot', 'event', 'reconnect', 'error']);
  expect(types('PhoneMessage')).toEqual(['snapshot', 'reconnect', 'error', 'pong']);
});

test('what is answered is what is documented: without access, and to what does not exist', async () => {
  for (const [name, operation] of operations) {
    const [method = '', path = ''] = name.replaceAll(/\{\w+\}/g, 'nothing-like-this').split(' ');
    const init = { method: method.toUpperCase(), tls: { rejectUnauthorized: false } };
    const ofPhone = operation.servers !== undefined;
    const answer = await fetch((ofPhone ? box.phoneUrl : box.clinicUrl) + path, init);
    // A socket that does not ask to be one is not there; api.test.ts asks properly.
    const open = ofPhone || operation.security?.length === 0 || name.endsWith('/events');
    expect({ name, status: answer.status }).toEqual({
      name,
      status: open ? expect.any(Number) : 401,
    });
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
    if (answer.status < 400) continue;
    expect(Object.keys((await answer.json()) as object)).toEqual(['error']);
  }
});
