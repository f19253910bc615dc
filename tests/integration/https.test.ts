/** The ways to HTTPS, on a real box: what a browser really makes of each. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Page } from 'playwright-core';
import { readCode } from '../../miniapp/machine/code.ts';
import type { PhoneAdmission } from '../../server/consultations/phone-protocol.ts';
import type { HttpsView, ImportResult } from '../../server/tls/https-ways.ts';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { launchManagedChromium, withoutNamespaces } from '../tools/managed-chromium.ts';
import { Pebble, withoutPebble } from '../tools/pebble.ts';
import { freePorts } from '../tools/ports.ts';
import { TestAuthority } from '../tools/test-authority.ts';
import { waitFor } from '../tools/wait.ts';

const because = (reason: string | null) => (reason === null ? '' : ` (${reason})`);

let box: Box;
beforeAll(async () => {
  box = await Box.start({
    engine: 'embedded',
    settings: { CONSULTBOX_NETWORK_NAMES: 'video.hospital.example' },
  });
}, 120_000);
afterAll(() => box?.stop());

const view = async (of = box) => (await (await of.clinic('/api/https')).json()) as HttpsView;

/** The certificate that a browser is shown. @param ca PEM: it must be valid under it */
function shownBy(of: Box, servername: string, ca?: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        ...{ host: '127.0.0.1', port: of.ports.https, servername },
        ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
      },
      () => {
        const certificate = socket.getPeerX509Certificate();
        socket.destroy();
        if (certificate === undefined) reject(new Error('no certificate'));
        else resolve(certificate);
      },
    );
    socket.on('error', reject);
  });
}

const cameraOpens = (page: Page) =>
  page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    const kinds = stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`);
    return kinds.toSorted();
  });
const opened = ['audio live', 'video live'];

describe.skipIf(withoutPebble !== null)(
  `a public name, on a real ACME authority${because(withoutPebble)}`,
  () => {
    const name = 'video.clinic.example.org';
    let dir: string;
    let pebble: Pebble;
    let named: Box;
    let securePort: number;

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'consultbox-acme-'));
      pebble = await Pebble.start(dir);
      [securePort = 0] = await freePorts(1);
      named = await Box.start({
        engine: 'embedded',
        settings: {
          CONSULTBOX_HTTPS_NAME: name,
          CONSULTBOX_HTTPS_ACME_DIRECTORY: pebble.directoryUrl,
          CONSULTBOX_HTTPS_DNS_HOOK: pebble.hook,
          NODE_EXTRA_CA_CERTS: pebble.httpsRoot,
          CONSULTBOX_HTTP_SECURE_PORT: String(securePort),
        },
      });
    }, 120_000);
    afterAll(async () => {
      await named?.stop();
      await pebble?.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    test('the box starts with its own certificate and shows the public one as soon as it has it', async () => {
      await waitFor('the public certificate', async () => (await view(named)).way === 'public');
      const certificate = await shownBy(named, name, await pebble.root());
      expect(certificate.checkHost(name)).toBe(name);
      // The proof is taken out of the DNS again.
      expect(await pebble.leftRecords()).toEqual([]);
    });

    test('it answers under its name, strictly; the page on http:// leads there and announces no warning', async () => {
      const response = await fetch(`https://127.0.0.1:${named.ports.https}/`, {
        headers: { host: `${name}:${named.ports.https}` },
        tls: { rejectUnauthorized: false },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('strict-transport-security')).toBe('max-age=604800');
      const lead = await (await fetch(`${named.phoneUrl}/`)).text();
      expect(lead).toContain('data-way="public"');
      expect(lead).toContain(`href="https://${name}:${named.ports.https}/"`);
    });

    test('phones are led to the name too: code, requests and socket are https and wss, the streams go by the address', async () => {
      const created = await named.create();
      const code = readCode(created.pairing?.url ?? '');
      expect(code?.base).toBe(`https://${name}:${securePort}`);
      // No DNS knows the name here: it is asked for at this machine's address, and the certificate is checked against it.
      const tls = { ca: await pebble.root(), serverName: name };
      const host = `${name}:${securePort}`;
      const answer = await fetch(`https://127.0.0.1:${securePort}/api/pairings/${code?.id}/redeem`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', host },
        body: JSON.stringify({ clientNonce: crypto.randomUUID() }),
        tls,
      });
      const admission = (await answer.json()) as PhoneAdmission;
      expect(admission.eventsUrl).toBe(`wss://${host}/api/consultations/${created.id}/events`);
      expect(admission.pushUrl).toStartWith(`rtmp://127.0.0.1:${named.ports.rtmp}/`);
      const socket = new WebSocket(admission.eventsUrl.replace(name, '127.0.0.1'), {
        headers: { host },
        tls,
      } as unknown as string[]);
      const said: string[] = [];
      socket.onmessage = ({ data }) => said.push(String(data));
      socket.onopen = () => socket.send(JSON.stringify({ resumeToken: admission.resumeToken }));
      await waitFor('a snapshot', () => said.some((text) => text.includes('"snapshot"')));
      expect((await named.view(created.id)).device).toBe('connecting');
      socket.close();
      // By address it is as ever, and another name is none of the box's.
      const other = await fetch(`https://127.0.0.1:${securePort}/livez`, {
        headers: { host: 'evil.example' },
        tls: { rejectUnauthorized: false },
      });
      expect(other.status).toBe(421);
    });

    test('a restart shows the same one at once; renewing it is one click and disturbs nothing', async () => {
      const { serialNumber } = await shownBy(named, name);
      await named.kill();
      named.run();
      await named.ready();
      expect((await shownBy(named, name)).serialNumber).toBe(serialNumber);
      const { id } = await named.create();
      const socket = new WebSocket(`wss://127.0.0.1:${named.ports.https}/api/consultations/${id}/events`, {
        headers: { authorization: `Bearer ${named.token}` },
        tls: { rejectUnauthorized: false },
      } as unknown as string[]);
      const said: string[] = [];
      socket.onmessage = ({ data }) => said.push(String(data));
      let closed = false;
      socket.onclose = () => {
        closed = true;
      };
      await waitFor('the socket speaks', () => said.length > 0);
      await named.post('/api/https/public-name/order');
      await waitFor(
        'another certificate',
        async () => (await shownBy(named, name)).serialNumber !== serialNumber,
      );
      const before = said.length;
      await named.post(`/api/consultations/${id}/messages`, { text: 'still here?' });
      await waitFor('news on the old socket', () => said.length > before);
      expect(closed).toBe(false);
      socket.close();
    });
  },
);

describe('the hospital’s own CA', () => {
  const post = async (body: object) =>
    (await (await box.post('/api/https/import', body)).json()) as ImportResult;

  // A test that fails leaves its certificate to nobody.
  afterEach(() => box.clinic('/api/https/import', { method: 'DELETE' }));

  test('request, issue, import, and back again', async () => {
    const hospital = await TestAuthority.create();
    const { csr } = (await (await box.post('/api/https/request')).json()) as { csr: string };
    const { cert } = await hospital.chain({ names: (await view()).names, request: csr });
    expect((await post({ pem: cert, use: false })).used).toBe(false);
    expect((await view()).way).toBe('own');
    expect(await post({ pem: cert })).toEqual({ used: true, problems: [] });
    const shown = await shownBy(box, 'video.hospital.example', hospital.rootPem);
    expect(shown.checkIP('127.0.0.1')).toBe('127.0.0.1');
    const response = await box.clinic('/livez');
    expect(response.headers.get('strict-transport-security')).toStartWith('max-age=');
    expect(await (await fetch(`${box.phoneUrl}/`)).text()).toContain('data-way="hospital"');

    const taken = (await (await box.clinic('/api/https/import', { method: 'DELETE' })).json()) as HttpsView;
    expect(taken.way).toBe('own');
    expect((await shownBy(box, 'localhost')).issuer).toContain('Consultbox');
    expect((await box.clinic('/livez')).headers.get('strict-transport-security')).toBeNull();
  });

  test('what is wrong is said in both languages, and nothing changes', async () => {
    const { serialNumber } = await shownBy(box, 'localhost');
    const other = await TestAuthority.create('Other');
    const leaf = await other.chain({ names: ['198.51.100.1'], until: -1, from: -9 });
    const { used, problems } = await post({ pem: leaf.cert + leaf.key });
    expect(used).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(['expired', 'names_missing']);
    for (const { zh, en } of problems) {
      expect(zh).toMatch(/[一-龥]/);
      expect(en).toMatch(/\.$/);
    }
    expect((await shownBy(box, 'localhost')).serialNumber).toBe(serialNumber);
  });

  test('through the technician’s page: request, a wrong file, the right one, and back', async () => {
    const hospital = await TestAuthority.create();
    const browser = await launchChromium();
    try {
      const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`, { language: 'en-US' });
      await doctor.signIn();
      await doctor.id('start-button').waitFor();
      await doctor.page.goto(`${box.clinicUrl}/admin/https`);
      const before = (await view()).hospital.request;
      await doctor.id('https-make-request').click();
      const request = await waitFor('another request', async () => {
        const text = await doctor.id('https-request').inputValue();
        return text.includes('END CERTIFICATE REQUEST') && text.trim() !== before?.trim() ? text : null;
      });
      const bring = async (name: string, text: string) => {
        await doctor
          .id('https-files')
          .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
        await doctor.id('https-use').click();
      };
      await bring('stranger.pem', (await hospital.chain({ names: ['10.1.1.1'] })).cert);
      await doctor.sees('https-outcome', 'issued for another request');
      const issued = await hospital.chain({ names: (await view()).names, request });
      await bring('box.pem', issued.cert);
      await doctor.sees('https-outcome', 'It is used from now on.');
      expect(await doctor.id('https-now').getAttribute('data-way')).toBe('hospital');
      await doctor.id('https-take-back').click();
      await waitFor('the box’s own is back', async () => (await view()).way === 'own');
      await doctor.close();
    } finally {
      await browser.close();
    }
  }, 120_000);

  test('nothing of it is open without rights, and no key ever leaves the box', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/request'],
      ['POST', '/import'],
      ['DELETE', '/import'],
      ['POST', '/public-name/order'],
      ['GET', '/policies/linux'],
    ]) {
      const answer = await box.clinic(`/api/https${path}`, {
        method: method ?? '',
        headers: { authorization: 'none' },
      });
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 401 });
    }
    expect(JSON.stringify(await view())).not.toContain('PRIVATE KEY');
    expect(box.log()).not.toContain('PRIVATE KEY');
  });
});

describe('managed PCs', () => {
  const policy = async (kind: string) => box.clinic(`/api/https/policies/${kind}`);

  test('Windows’ file is UTF-16 with CR LF, for Chrome and Edge, for this box alone', async () => {
    const answer = await policy('windows');
    expect(answer.headers.get('content-disposition')).toContain('.reg');
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf16le');
    expect(text).toStartWith('\ufeffWindows Registry Editor Version 5.00\r\n');
    for (const browser of ['Google\\Chrome', 'Microsoft\\Edge']) {
      for (const name of ['VideoCaptureAllowedUrls', 'AudioCaptureAllowedUrls', 'CACertificates']) {
        expect(text).toContain(`[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${browser}\\${name}]\r\n"7301"="`);
      }
    }
    const origins = [...text.matchAll(/"(https:\/\/[^"]+)"/g)].map(([, origin]) => origin);
    const hosts = [...(await view()).names, 'consultbox.local'];
    expect(new Set(origins)).toEqual(new Set(hosts.map((host) => `https://${host}:${box.ports.https}`)));
    expect(text).not.toContain('http://');
  });

  test('the Mac’s is well-formed XML', async () => {
    const text = await (await policy('macos')).text();
    expect(text.match(/<dict>/g)?.length).toBe(text.match(/<\/dict>/g)?.length);
    expect(text).toContain('com.microsoft.Edge');
  });

  test.skipIf(withoutNamespaces !== null)(
    `in Chromium: no warning, no question, the camera opens, and /trust says so${because(withoutNamespaces)}`,
    async () => {
      const managed = await launchManagedChromium(await (await policy('linux')).text());
      try {
        const page = await managed.browser.newPage();
        await page.goto(`${box.clinicUrl}/`);
        await page.waitForSelector('consultbox-app');
        expect(await cameraOpens(page)).toEqual(opened);
        await page.goto(`${box.phoneUrl}/trust`);
        await page.waitForSelector('#check[data-state=trusted]');
        // Another origin of the same machine is warned of as ever.
        await expect(page.goto(`https://localhost:${box.ports.https}/`)).resolves.toBeTruthy();
        expect(
          await page.evaluate(() =>
            navigator.permissions.query({ name: 'camera' as PermissionName }).then(({ state }) => state),
          ),
        ).not.toBe('granted');
      } finally {
        await managed.close();
      }
    },
    120_000,
  );
});

describe('a PC that nobody prepared', () => {
  test('/trust says that it does not trust the box yet, and asks again at a click', async () => {
    const { browser, close } = await launchManagedChromium(null);
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) complaints.push(message.text());
      });
      await page.goto(`${box.phoneUrl}/trust`);
      await page.waitForSelector('#check[data-state=untrusted]');
      await page.click('#check button');
      await page.waitForSelector('#check[data-state=untrusted]');
      const shown = (await page.textContent('.fingerprint'))?.replaceAll(/\s/g, '');
      expect(shown).toBe((await view()).rootFingerprint.replaceAll(':', ''));
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  }, 120_000);

  test('through Chromium’s warning once, by its own buttons: then the camera opens', async () => {
    const browser = await launchChromium();
    try {
      // No error is ignored: the page on http:// is followed as a doctor would.
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${box.phoneUrl}/`);
      await page.click('a.go');
      await page.locator('#details-button').click();
      await page.locator('#proceed-link').click();
      await page.waitForSelector('consultbox-app');
      expect(page.url()).toBe(`${box.clinicUrl}/`);
      expect(await page.evaluate(() => isSecureContext)).toBe(true);
      expect(await cameraOpens(page)).toEqual(opened);
    } finally {
      await browser.close();
    }
  }, 120_000);

  test('the root is there as a certificate and as a profile, and it is the one whose fingerprint is shown', async () => {
    const root = new X509Certificate(await (await fetch(`${box.phoneUrl}/root.crt`)).text());
    expect(root.fingerprint256).toBe((await view()).rootFingerprint);
    const profile = await (await fetch(`${box.phoneUrl}/root.mobileconfig`)).text();
    expect(profile).toContain(root.raw.toString('base64'));
    const console = (await (await fetch(`http://127.0.0.1:${box.ports.internal}/console`)).json()) as object;
    expect(console).toMatchObject({ rootFingerprint: root.fingerprint256 });
  });

  test('the check may be read by pages of this box on http:// alone, and nothing else may be', async () => {
    const ask = (path: string, origin: string) =>
      box.clinic(path, { headers: { origin, authorization: 'none' } });
    const own = await ask('/livez', box.phoneUrl);
    expect(own.headers.get('access-control-allow-origin')).toBe(box.phoneUrl);
    expect(own.headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of [
      'http://evil.example',
      'https://elsewhere.example',
      'null',
      'http://127.0.0.1.evil.example',
    ]) {
      expect((await ask('/livez', origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await ask('/readyz', box.phoneUrl)).status).toBe(403);
  });
});
