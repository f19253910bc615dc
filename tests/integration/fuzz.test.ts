/**
 * Whatever is sent to the API: it answers as its document says, and never with a 5xx but the 503 of a media server that
 * is away. About a minute for each engine.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Box } from '../tools/box.ts';
import { onEachEngine } from '../tools/engines.ts';
import { manyAddresses } from '../tools/many-addresses.ts';
import { fuzz, withoutSchemathesis } from '../tools/schemathesis.ts';
import { TcpProxy } from '../tools/tcp-proxy.ts';

interface Parameter {
  name: string;
  schema: unknown;
}
interface RequestBody {
  content: Record<string, { schema: unknown }>;
}
interface Operation {
  servers?: unknown;
  parameters?: Parameter[];
  requestBody?: RequestBody;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const named = withoutSchemathesis === null ? '' : ` (${withoutSchemathesis})`;

/** SDP's own types are unknown to Schemathesis; the box reads them as the text that they are. */
function readable({ content }: RequestBody): RequestBody {
  const [[type = '', { schema }] = ['', { schema: {} }]] = Object.entries(content);
  if (type === 'application/json') return { content };
  const offers = { type: 'string', pattern: '^v=0\r\n[ -~\r\n]*$' };
  return { content: { 'text/plain': { schema: { anyOf: [offers, schema] } } } };
}

onEachEngine('fuzzing', (engine) => {
  describe.skipIf(withoutSchemathesis !== null)(`what the API answers${named}`, () => {
    let box: Box;
    let document: Document;
    /** Real values beside invented ones: what lies behind them is asked too. */
    const real: Record<string, string[]> = { id: [], token: [], side: ['patient', 'doctor'] };

    beforeAll(async () => {
      box = await Box.start({ engine });
      for (let count = 0; count < 6; count += 1) {
        const { id, pairing } = await box.create();
        real.id?.push(id);
        real.token?.push(pairing?.token ?? '');
      }
      document = (await (await box.clinic('/api/openapi.json')).json()) as Document;
    }, 120_000);
    afterAll(() => box?.stop());

    /** The document of one listener alone. */
    function documentOf(listener: 'clinic' | 'phone'): Document {
      const paths: Document['paths'] = {};
      for (const [path, methods] of Object.entries(document.paths)) {
        // A socket is no request.
        if (path.endsWith('/events')) continue;
        for (const [method, { servers, requestBody, ...operation }] of Object.entries(methods)) {
          if ((servers !== undefined) !== (listener === 'phone')) continue;
          const parameters = operation.parameters?.map((each) => {
            const values = real[each.name];
            const schema = values === undefined ? each.schema : { anyOf: [{ enum: values }, each.schema] };
            return { ...each, schema };
          });
          paths[path] = {
            ...paths[path],
            [method]: {
              ...operation,
              ...(parameters === undefined ? {} : { parameters }),
              ...(requestBody === undefined ? {} : { requestBody: readable(requestBody) }),
            },
          };
        }
      }
      return { ...document, paths };
    }

    test('the clinic’s', async () => {
      const headers = { Authorization: `Bearer ${box.token}` };
      const { code, text } = await fuzz({
        ...{ document: documentOf('clinic'), url: box.clinicUrl, headers, time: 40 },
      });
      if (code !== 0) console.error(text);
      expect(code).toBe(0);
    }, 300_000);

    test('the phone’s, from many addresses', async () => {
      const proxy = new TcpProxy(box.ports.http, manyAddresses());
      const url = `http://127.0.0.1:${await proxy.start()}`;
      try {
        const { code, text } = await fuzz({
          ...{ document: documentOf('phone'), url, headers: { Connection: 'close' }, time: 20 },
        });
        if (code !== 0) console.error(text);
        expect(code).toBe(0);
      } finally {
        proxy.stop();
      }
      expect((await fetch(`${box.phoneUrl}/livez`)).status).toBe(200);
      // What failed inside is logged with its stack, whatever was answered.
      expect(box.log()).not.toContain('request failed');
    }, 300_000);
  });
});
