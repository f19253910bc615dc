/** What browsers, and pages that doctors have open beside ours, could make of the box: nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { programFiles } from '../../server/program-files.ts';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { allRoutes, type Route } from '../tools/routes.ts';
import { waitFor } from '../tools/wait.ts';

let box: Box;
let routes: Route[];

beforeAll(async () => {
  routes = await allRoutes();
  box = await Box.start({
    engine: 'embedded',
    settings: { CONSULTBOX_NETWORK_NAMES: 'video.hospital.example, 203.0.113.7' },
  });
}, 120_000);
afterAll(() => box?.stop());

const urlOf = (listener: Route['listener']) =>
  ({ clinic: box.clinicUrl, phone: box.phoneUrl, internal: `http://127.0.0.1:${box.ports.internal}` })[
    listener
  ];

/** Every route is asked, with words in the place of its parameters. */
const concrete = (path: string) => path.replaceAll(/:\w+|\*/g, 'nothing-like-this');

async function ask(route: Route, headers: Record<string, string> = {}): Promise<Response> {
  const socket = route.method === 'WS';
  return fetch(urlOf(route.listener) + concrete(route.path), {
    method: socket ? 'GET' : route.method,
    redirect: 'manual',
    headers: { ...(socket ? upgrade : {}), ...headers },
    tls: { rejectUnauthorized: false },
  });
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error: { code: string; message: string } };
  expect(Object.keys(body)).toEqual(['error']);
  return body.error.code;
}

/** A request word for word: `fetch` would tidy the path up. */
function raw(listener: 'clinic' | 'phone', path: string, host = '127.0.0.1'): Promise<string> {
  const port = listener === 'clinic' ? box.ports.https : box.ports.http;
  const to = { host: '127.0.0.1', port };
  const socket =
    listener === 'clinic' ? connectTls({ ...to, rejectUnauthorized: false }) : connectTcp({ ...to });
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

test('the route tables are read: each listener has its own', () => {
  for (const listener of ['clinic', 'phone', 'internal'] as const) {
    expect(routes.filter((route) => route.listener === listener).length).toBeGreaterThan(1);
  }
});

describe('headers', () => {
  const wanted = {
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  };

  function expectPolicies(headers: Headers, name: string) {
    const policy = headers.get('content-security-policy') ?? '';
    expect({ name, policy }).toEqual({ name, policy: expect.stringContaining("frame-ancestors 'none'") });
    expect({ name, policy }).toEqual({ name, policy: expect.stringContaining("default-src 'none'") });
    expect(policy).not.toMatch(/unsafe-|\*/);
    expect(headers.get('permissions-policy')).toContain('geolocation=()');
    expect({ name, ...Object.fromEntries(headers) }).toMatchObject({ name, ...wanted });
  }

  test('every route of every listener has them, whatever it answers', async () => {
    for (const route of routes) {
      const response = await ask(route);
      expectPolicies(response.headers, `${route.listener} ${route.method} ${route.path}`);
      await response.body?.cancel();
    }
  });

  test('so have errors: what is nowhere, too large, malformed, or of another method', async () => {
    const insecure = { tls: { rejectUnauthorized: false } };
    for (const url of [box.clinicUrl, box.phoneUrl]) {
      expectPolicies((await fetch(`${url}/nowhere`, insecure)).headers, 'nowhere');
      const options = await fetch(`${url}/api/consultations`, { method: 'OPTIONS', ...insecure });
      expectPolicies(options.headers, 'another method');
      expect(options.headers.get('access-control-allow-origin')).toBeNull();
      const body = 'x'.repeat(100_000);
      const large = await fetch(`${url}/api/consultations`, { method: 'POST', body, ...insecure });
      expect(large.status).toBe(413);
      expectPolicies(large.headers, 'too large');
    }
    const malformed = await box.phone('/api/pairings/x/redeem', 'no object');
    expect(malformed.status).toBe(400);
    expectPolicies(malformed.headers, 'malformed');
  });

  test('only the clinic’s pages may use camera and microphone', async () => {
    const policy = async (url: string) =>
      (await fetch(url, { tls: { rejectUnauthorized: false } })).headers.get('permissions-policy');
    expect(await policy(`${box.clinicUrl}/`)).toContain('camera=(self), microphone=(self)');
    for (const url of [`${box.clinicUrl}/livez`, `${box.phoneUrl}/`, `${box.phoneUrl}/p/x`]) {
      expect(await policy(url)).toContain('camera=(), microphone=()');
    }
  });

  test('the page gets a nonce of its own each time, and breaks its policy nowhere', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await box.clinic('/');
        const nonce = /'nonce-([\w-]{22})'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
        expect(await response.text()).toContain(`nonce="${nonce}"`);
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);

    const browser = await launchChromium();
    try {
      const doctor = await SimulatedDoctor.open(browser, 'about:blank');
      const complaints: string[] = [];
      doctor.page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) complaints.push(message.text());
      });
      // As Firefox before 101 and Safari before 16.4: Lit writes style elements there.
      await doctor.page.addInitScript(() => {
        if (location.hash !== '#old') return;
        Reflect.deleteProperty(Document.prototype, 'adoptedStyleSheets');
        Reflect.deleteProperty(ShadowRoot.prototype, 'adoptedStyleSheets');
      });
      for (const hash of ['', '#old']) {
        await doctor.page.goto('about:blank');
        await doctor.page.goto(`${box.clinicUrl}/${hash}`);
        const display = () =>
          doctor.page.evaluate(() => {
            const app = document.querySelector('consultbox-app');
            const elements = app?.shadowRoot?.querySelectorAll('style').length ?? 0;
            return app === null ? null : { display: getComputedStyle(app).display, elements };
          });
        const seen = await waitFor('the page is drawn', async () => {
          const now = await display();
          return now?.display === 'grid' ? now : null;
        });
        expect(seen.elements > 0).toBe(hash === '#old');
      }
      for (const path of ['/', '/p/some-token']) await doctor.page.goto(box.phoneUrl + path);
      expect(complaints).toEqual([]);
      await doctor.close();
    } finally {
      await browser.close();
    }
  }, 120_000);
});

test('the page for old browsers has its looks, which stand in no attribute', async () => {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      userAgent:
        'Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.0.0 Safari/537.36',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await page.goto(`${box.clinicUrl}/`);
    await page.getByText('极速模式').first().waitFor();
    const width = await page.evaluate(() => {
      const box = document.querySelector('body > div');
      return box === null ? '' : getComputedStyle(box).maxWidth;
    });
    expect({ width, complaints }).toEqual({ width: '720px', complaints: [] });
  } finally {
    await browser.close();
  }
}, 120_000);

describe('a page of the internet that gives its name an address of the box (DNS rebinding)', () => {
  test('no route of any listener answers it', async () => {
    for (const route of routes) {
      const response = await ask(route, { host: 'evil.example', authorization: `Bearer ${box.token}` });
      const name = `${route.listener} ${route.method} ${route.path}`;
      expect({ name, status: response.status }).toEqual({ name, status: 421 });
      if (route.method !== 'HEAD') expect(await codeOf(response)).toBe('wrong_host');
    }
  });

  test.each([
    ...[
      'evil.example',
      'evil.example:8443',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '0',
      '[::1]',
    ],
    ...[
      '0.0.0.0',
      '2130706433',
      '0x7f.1',
      'consultbox.local.evil.example',
      'evil.consultbox.local',
      '198.51.100.1',
    ],
  ])('not as %s', async (host) => {
    expect((await raw('phone', '/livez', host)).split('\r\n')[0]).toContain('421');
    expect((await raw('clinic', '/livez', host)).split('\r\n')[0]).toContain('421');
  });

  test.each([
    ...['127.0.0.1', 'LOCALHOST:1234', 'consultbox.local', 'Consultbox.local.:80'],
    ...['video.hospital.example', '203.0.113.7:443'],
  ])('the box’s own name %s is answered, and so is what a setting names', async (host) => {
    expect((await raw('phone', '/livez', host)).split('\r\n')[0]).toContain('200');
    expect((await raw('clinic', '/livez', host)).split('\r\n')[0]).toContain('200');
  });

  test('the internal listener knows loopback alone', async () => {
    const url = `http://127.0.0.1:${box.ports.internal}/console`;
    expect((await fetch(url, { headers: { host: 'video.hospital.example' } })).status).toBe(421);
    expect((await fetch(url, { headers: { host: 'localhost' } })).status).toBe(200);
  });
});

describe('a page of another origin in the browser of someone who is signed in', () => {
  const foreign = ['https://elsewhere.example', 'null', 'http://127.0.0.1', 'https://127.0.0.1:1'];

  test.each(foreign)('%s: nothing is changed, no socket opens, no route answers', async (origin) => {
    const isOwnAndPlain = origin === 'http://127.0.0.1';
    for (const route of routes.filter(({ listener }) => listener === 'clinic')) {
      // The one question that /trust asks.
      if (route.path === '/livez' && isOwnAndPlain) continue;
      const response = await ask(route, { origin, authorization: `Bearer ${box.token}` });
      const name = `${route.method} ${route.path}`;
      expect({ name, status: response.status }).toEqual({ name, status: 403 });
      if (route.method !== 'HEAD') expect(await codeOf(response)).toBe('foreign_origin');
    }
  });

  test('a form that is sent without an origin is known by where it comes from', async () => {
    const headers = { 'sec-fetch-site': 'same-site' };
    expect((await box.clinic('/api/consultations', { method: 'POST', headers })).status).toBe(403);
    // A link to the page is welcome from anywhere.
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await box.clinic('/', { headers: link })).status).toBe(200);
  });

  test('the page’s own origin opens the socket', async () => {
    const { id } = await box.create();
    const headers = { ...upgrade, origin: box.clinicUrl };
    const path = `/api/consultations/${id}/events`;
    expect((await box.clinic(path, { headers: { ...upgrade, origin: 'https://evil.example' } })).status).toBe(
      403,
    );
    const socket = new WebSocket(box.clinicUrl.replace('https', 'wss') + path, {
      headers: { origin: headers.origin, authorization: `Bearer ${box.token}` },
      tls: { rejectUnauthorized: false },
    } as unknown as string[]);
    const said: string[] = [];
    socket.onmessage = ({ data }) => said.push(String(data));
    await waitFor('a snapshot', () => said[0]?.includes('snapshot'));
    socket.close();
  });
});

describe('files', () => {
  const files = [
    'index.html',
    'patient.html',
    'main.ts',
    '../../package.json',
    '../../../etc/passwd',
    'assets',
  ];
  const climbs = [
    ...[
      '..',
      '%2e%2e',
      '.%2e',
      '%2e.',
      '%252e%252e',
      '..%2f..',
      '..%5c',
      '..\\',
      '....//',
      './..',
      '%c0%ae%c0%ae',
    ],
    ...['..;', '%2e%2e%2f', '..%00', '%u002e%u002e', '..%ef%bc%8f', '/', '//', '%2f', '~root'],
  ];

  test('nothing above the assets is served, however it is spelt', async () => {
    const secrets = /root:|"dependencies"|\{\{clinicName\}\}|<!doctype/i;
    for (const listener of ['clinic', 'phone'] as const) {
      for (const climb of climbs) {
        for (const file of files) {
          const path = `/assets/${climb}/${file}`;
          const [head = '', body = ''] = (await raw(listener, path)).split('\r\n\r\n');
          expect({ path, status: /HTTP\/1.1 (\d+)/.exec(head)?.[1] }).toEqual({
            path,
            status: expect.stringMatching(/^40[04]$/),
          });
          expect(body).not.toMatch(secrets);
        }
      }
      for (const path of ['/assets/', '/assets', '/assets/%00', '/assets/old-browser.js%00.html', '/.env']) {
        expect(await raw(listener, path)).toMatch(/^HTTP\/1.1 40[04]/);
      }
    }
  });

  test('what is in the folder is', async () => {
    for (const name of readdirSync(join(programFiles.ui, 'assets'))) {
      expect((await fetch(`${box.phoneUrl}/assets/${name}`)).status).toBe(200);
    }
  });
});

/** @param from an address of this machine @returns the status */
function postFrom(from: string, url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(url, {
      method: 'POST',
      localAddress: from,
      headers: { 'Content-Type': 'application/json' },
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('guessing tokens', () => {
  test('on the socket too: it is closed with 4429', async () => {
    const other = await Box.start({ engine: 'embedded' });
    try {
      const { id } = await other.create();
      const codes = new Set<number>();
      const guess = () =>
        new Promise<number>((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${other.ports.http}/api/consultations/${id}/events`);
          socket.onopen = () => socket.send(JSON.stringify({ resumeToken: 'a-guess' }));
          socket.onclose = ({ code }) => resolve(code);
        });
      for (let count = 0; count < 61; count += 1) codes.add(await guess());
      expect([...codes]).toEqual([4403, 4429]);
    } finally {
      await other.stop();
    }
  }, 120_000);

  test('ends with too_many_attempts and the time to wait, while another address goes on', async () => {
    const other = await Box.start({ engine: 'embedded' });
    try {
      const guess = (path: string, body: object) =>
        fetch(`http://127.0.0.1:${other.ports.http}${path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        });
      const { id, pairing } = await other.create();
      const guesses = [
        () => guess('/api/pairings/a-guess/redeem', { clientNonce: 'somebody-else' }),
        () => guess(`/api/consultations/${id}/resume`, { resumeToken: 'a-guess' }),
        () =>
          guess(`/api/consultations/${id}/consent`, { resumeToken: 'a-guess', version: '1', by: 'patient' }),
        () => guess(`/api/consultations/a-guess/field-test`, { resumeToken: 'a-guess', results: [] }),
      ];
      let answered = 0;
      let refused: Response | null = null;
      while (refused === null && answered < 500) {
        const response = await guesses[answered % guesses.length]?.();
        if (response?.status === 429) refused = response;
        else {
          answered += 1;
          expect(response?.status).toBeOneOf([403, 404]);
        }
      }
      expect(answered).toBe(60);
      expect(Number(refused?.headers.get('retry-after'))).toBeWithin(1, 61);
      expect(await codeOf(refused as Response)).toBe('too_many_attempts');
      // The right one neither, from there, or the next guess would be told to be right.
      const right = () =>
        guess(`/api/pairings/${pairing?.token}/redeem`, { clientNonce: 'the-patients-phone' });
      expect((await right()).status).toBe(429);
      // The page of who is behind the same address is not in the way of it.
      expect((await fetch(`${other.phoneUrl}/livez`)).status).toBe(200);
      const elsewhere = await postFrom(
        '127.0.0.2',
        `${other.phoneUrl}/api/pairings/${pairing?.token}/redeem`,
        JSON.stringify({ clientNonce: 'the-patients-phone' }),
      );
      expect(elsewhere).toBe(200);
    } finally {
      await other.stop();
    }
  }, 120_000);
});
