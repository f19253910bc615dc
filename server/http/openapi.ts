/** The OpenAPI document of both listeners, read from the routes themselves. */
import { toOpenAPISchema } from '@elysiajs/openapi';
import type { TSchema } from '@sinclair/typebox';
import type { AnyElysia } from 'elysia';
import { version } from '../version.ts';
import { errorBody, eventMessage, phoneMessage } from './models.ts';
import { phoneRoutes } from './phone-routes.ts';

type Content = Record<string, { schema: unknown }>;
interface Answer {
  description: string;
  content?: Content;
}
interface Operation {
  responses?: Record<string, Answer>;
  [other: string]: unknown;
}
type Paths = Record<string, Record<string, Operation>>;

const errorReference = { $ref: '#/components/schemas/Error' };
const eventsPath = '/api/consultations/{id}/events';

/** A WebSocket is a GET to OpenAPI; its messages are among the schemas. */
const events: Operation = {
  tags: ['consultations', 'phone'],
  summary: 'WebSocket: timeline, state, what each side sees of the other',
  description:
    'On the clinic’s listener, for a session: EventMessage. On the phone’s, after its first message {"resumeToken": …} within 10 s: PhoneMessage; what it may send is described in server/consultations/phone-protocol.ts (`PhoneReport`). Closed with 4401 without that first message, with 4403 when it is refused, with 4429 after too many wrong ones.',
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    101: { description: 'The socket is open' },
    401: refusal('access_required'),
    404: refusal('not_found'),
  },
};

function refusal(description: string): Answer {
  return { description, content: { 'application/json': { schema: errorReference } } };
}

/** Only read, never called. */
function unanswered(): never {
  throw new Error('this route is answered by the phone’s listener');
}

/** @param clinic the clinic's routes */
export function openapiDocument(clinic: AnyElysia) {
  const phone = phoneRoutes({
    lead: unanswered,
    scanned: unanswered,
    rootCertificate: unanswered,
    rootProfile: unanswered,
    trust: unanswered,
    redeem: unanswered,
    resume: unanswered,
    consent: unanswered,
    fieldTest: unanswered,
    leave: unanswered,
  });
  const paths: Paths = {
    ...pathsOf(clinic, true, {}),
    ...pathsOf(phone, false, {
      security: [],
      servers: [{ url: '/', description: 'The phone’s listener, by HTTP' }],
    }),
    [eventsPath]: { get: events },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Consultbox',
      version,
      description:
        'Every error: {error: {code, message}}; the page has its own sentence for each code. The 503 of /livez and /readyz says beside it each problem.',
    },
    security: [{ session: [] }, { program: [] }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-consultbox' },
        program: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token that somebody made for a program: POST /api/session/programs',
        },
      },
      schemas: { Error: errorBody, EventMessage: eventMessage, PhoneMessage: phoneMessage },
    },
  };
}

/** @param staticFile leaves out paths with a dot in them: the pages' scripts and styles */
function pathsOf(app: AnyElysia, staticFile: boolean, common: Partial<Operation>): Paths {
  const bodies = new Map<string, TSchema>();
  for (const { method, path, hooks } of app.routes) {
    if (hooks?.body) bodies.set(`${method.toLowerCase()} ${path}`, hooks.body as TSchema);
  }
  const paths: Paths = {};
  for (const [path, item] of Object.entries(toOpenAPISchema(app, { staticFile }).paths as unknown as Paths)) {
    for (const [method, operation] of Object.entries(item)) {
      // Elysia's own name for a socket; OpenAPI has none.
      if (method === 'ws') continue;
      const body = bodies.get(`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
      const name = path.length > 1 ? path.replace(/\/$/, '') : path;
      paths[name] = {
        ...paths[name],
        [method]: {
          ...operation,
          ...common,
          // The plugin leaves the content of a body empty where a parser of one's own reads it.
          ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
          responses: { ...responsesOf(operation), default: refusal('Any other error, e.g. internal') },
        },
      };
    }
  }
  return paths;
}

function responsesOf({ responses = {} }: Operation): Record<string, Answer> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, content = {} }]) => {
      const [first] = Object.values(content);
      // The plugin writes an empty body as no schema at all.
      const schema = typeof first === 'object' ? (first.schema as TSchema) : null;
      if (Number(status) >= 400 && isErrorAlone(schema)) return [status, refusal(description)];
      return [status, { description, ...(schema === null ? {} : { content: contentOf(schema) }) }];
    }),
  );
}

/** The one shape and nothing beside it. */
function isErrorAlone(schema: TSchema | null): boolean {
  return Object.keys((schema?.properties as object | undefined) ?? {}).join() === 'error';
}

/** JSON, unless the schema names another kind. */
function contentOf(schema: TSchema): Content {
  const type = typeof schema.contentMediaType === 'string' ? schema.contentMediaType : 'application/json';
  return { [type]: { schema } };
}
