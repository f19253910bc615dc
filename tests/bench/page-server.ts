/** Serves the measuring page on localhost and passes its media requests on to the boxes, token included. */
import { join } from 'node:path';
import type { Box } from '../tools/box.ts';

const root = join(import.meta.dir, '../..');

/** @param boxes by the first part of the path: `/<name>/api/…` */
export function servePage(boxes: Record<string, Box>): { url: string; stop: () => Promise<void> } {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/') return new Response(Bun.file(join(import.meta.dir, 'page.html')));
      if (pathname === '/hls.js')
        return new Response(Bun.file(join(root, 'node_modules/hls.js/dist/hls.min.js')));
      const [, name = '', ...rest] = pathname.split('/');
      const box = boxes[name];
      if (box === undefined) return new Response(null, { status: 404 });
      const headers = new Headers();
      for (const each of ['content-type', 'cookie']) {
        const value = request.headers.get(each);
        if (value !== null) headers.set(each, value);
      }
      const answer = await box.clinic(`/${rest.join('/')}${search}`, {
        method: request.method,
        headers,
        redirect: 'manual',
        ...(request.method === 'POST' ? { body: await request.text() } : {}),
      });
      const passed = new Headers({ 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      const location = answer.headers.get('location');
      if (location !== null) passed.set('location', `/${name}${location}`);
      for (const cookie of answer.headers.getSetCookie()) {
        passed.append('set-cookie', `${cookie.split(';')[0]}; Path=/${name}`);
      }
      return new Response(answer.body, { status: answer.status, headers: passed });
    },
  });
  return { url: `http://localhost:${server.port}/`, stop: () => server.stop(true) };
}
