import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { Elysia } from 'elysia';
import { freePorts } from '../../tests/tools/ports.ts';
import { waitFor } from '../../tests/tools/wait.ts';
import { silentLogger } from '../log/logger.ts';
import { bodyLimit, limitedBodies } from './bodies.ts';
import { errorShape } from './errors.ts';
import { Listener } from './listener.ts';

let listener: Listener;
let port: number;

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  const app = () =>
    new Elysia()
      .use(errorShape(silentLogger()))
      .use(limitedBodies())
      .post('/', ({ body }) => `took ${String(body).length}`)
      .get('/', () => 'got');
  listener = new Listener({ port, hostname: '127.0.0.1', app });
  listener.start();
});
afterAll(() => listener.stop());

const block = Buffer.alloc(65_536, 'x');
const chunk = Buffer.concat([Buffer.from('10000\r\n'), block, Buffer.from('\r\n')]);

/** Sends a head and then blocks, as slowly as the other side takes them. @returns what was answered */
async function send(head: string, blocks: Buffer[]): Promise<{ status: number; body: string }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let failure: Error | null = null;
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.write(`${head}\r\nHost: box\r\nContent-Type: text/plain\r\n\r\n`);
  for (const each of blocks) {
    if (!socket.write(each)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  try {
    const complete = await waitFor('a whole answer', () => {
      if (failure !== null) return { failed: String(failure) };
      const [, answerHead = '', body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
      const length = /content-length: (\d+)/i.exec(answerHead)?.[1];
      return length !== undefined && body.length === Number(length) ? { answerHead, body } : null;
    });
    if ('failed' in complete) throw new Error(complete.failed);
    return { status: Number(complete.answerHead.split(' ')[1]), body: complete.body };
  } finally {
    socket.destroy();
  }
}

const tooLarge = {
  status: 413,
  body: JSON.stringify({
    error: { code: 'too_large', message: `the body is larger than ${bodyLimit} bytes` },
  }),
};

test.each([2, 32, 1024])(
  '413 in the one shape for a body of %d × 64 KiB, announced or in chunks',
  async (count) => {
    const blocks = Array.from({ length: count }, () => block);
    const announced = `POST / HTTP/1.1\r\nContent-Length: ${count * block.length}`;
    expect(await send(announced, blocks)).toEqual(tooLarge);
    const chunks = Array.from({ length: count }, () => chunk);
    expect(await send('POST / HTTP/1.1\r\nTransfer-Encoding: chunked', chunks)).toEqual(tooLarge);
  },
);

test('a body that is only announced is refused before it comes, even one of a petabyte', async () => {
  expect(await send('POST / HTTP/1.1\r\nContent-Length: 1000000000000000', [])).toEqual(tooLarge);
});

test('one byte decides', async () => {
  const largest = Buffer.alloc(bodyLimit, 'x');
  const head = (size: number) => `POST / HTTP/1.1\r\nContent-Length: ${size}`;
  expect(await send(head(bodyLimit), [largest])).toEqual({ status: 200, body: `took ${bodyLimit}` });
  expect(await send(head(bodyLimit + 1), [largest, Buffer.from('x')])).toEqual(tooLarge);
});

test('an endless body costs no memory, whether anybody wants it or not', async () => {
  const before = process.memoryUsage().rss;
  const chunks = Array.from({ length: 4096 }, () => chunk);
  await send('POST / HTTP/1.1\r\nTransfer-Encoding: chunked', chunks);
  await send('POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked', chunks);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
});
