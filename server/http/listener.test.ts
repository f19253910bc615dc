import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Elysia } from 'elysia';
import { freePorts } from '../../tests/tools/ports.ts';
import { waitFor } from '../../tests/tools/wait.ts';
import { type Credentials, issueLeaf, openAuthority } from '../tls/authority.ts';
import { Listener } from './listener.ts';

const hostname = '127.0.0.1';
let dir: string;
let first: Credentials;
let second: Credentials;
let listener: Listener;
let port: number;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consultbox-listener-'));
  const authority = await openAuthority(dir);
  [first, second] = await Promise.all([
    issueLeaf(authority, ['127.0.0.1', 'localhost']),
    issueLeaf(authority, ['127.0.0.1', 'localhost', '192.168.1.20']),
  ]);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => listener.stop());

/** Slow requests are answered when the test says so. */
let release: () => void;
let slowRequests = 0;

/** Each start answers with its own number. @param beforeStart called before each, with that number */
async function listen(beforeStart: (start: number) => void = () => undefined): Promise<void> {
  [port = 0] = await freePorts(1);
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let starts = 0;
  listener = new Listener({
    port,
    hostname,
    app: () => {
      starts += 1;
      const start = starts;
      beforeStart(start);
      return new Elysia()
        .get('/', () => `start ${start}`)
        .get('/slow', async () => {
          slowRequests += 1;
          await released;
          return `start ${start}`;
        })
        .ws('/events', { message: (socket) => void socket.send(`start ${start}`) });
    },
  });
  listener.start(first);
}

/** A connection that stays, as a browser's does. */
async function open() {
  const socket = connect({ host: hostname, port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    socket,
    serial: socket.getPeerX509Certificate()?.serialNumber ?? '',
    ask: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    answer: () => waitFor('an answer', () => /start \d+$/.exec(text)?.[0]),
  };
}

const serialOf = ({ cert }: Credentials) => new X509Certificate(cert).serialNumber;

test('after a rotation new connections get the new certificate; what is under way goes on', async () => {
  await listen();
  const before = await open();
  expect(before.serial).toBe(serialOf(first));
  before.ask('/slow');
  await waitFor('the request is under way', () => slowRequests === 1);
  const insecure = { tls: { rejectUnauthorized: false } } as unknown as string[];
  const events = new WebSocket(`wss://${hostname}:${port}/events`, insecure);
  const said: string[] = [];
  events.onmessage = ({ data }) => said.push(String(data));
  await new Promise((resolve) => {
    events.onopen = resolve;
  });

  await listener.rotate(second);
  const after = await open();
  expect(after.serial).toBe(serialOf(second));
  after.ask('/');
  expect(await after.answer()).toBe('start 2');
  release();
  expect(await before.answer()).toBe('start 1');
  events.send('?');
  await waitFor('the socket speaks', () => said.length > 0);
  expect(said).toEqual(['start 1']);

  // The end ends all of them.
  const closed = new Promise((resolve) => {
    events.onclose = resolve;
  });
  await Promise.all([listener.stop(), closed]);
  after.socket.destroy();
});

test('credentials that TLS does not take leave the old listener as it was', async () => {
  await listen();
  await expect(listener.rotate({ cert: 'nonsense', key: 'nonsense' })).rejects.toThrow();
  const mixed = { cert: second.cert, key: first.key };
  await expect(listener.rotate(mixed)).rejects.toThrow();
  const connection = await open();
  expect(connection.serial).toBe(serialOf(first));
  connection.socket.destroy();
});

test('a port that another program takes in the moment between is taken back when it is free again', async () => {
  let other: Bun.TCPSocketListener | null = null;
  await listen((start) => {
    if (start === 2) other = Bun.listen({ hostname, port, socket: { data: () => undefined } });
    if (start === 3) other?.stop(true);
  });
  await listener.rotate(second);
  const connection = await open();
  expect(connection.serial).toBe(serialOf(second));
  connection.ask('/');
  expect(await connection.answer()).toBe('start 3');
  connection.socket.destroy();
});
