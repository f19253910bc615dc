/** The two health questions; on both listeners that face the LAN. */
import { Elysia } from 'elysia';
import type { Health, StatusService } from '../status/status.ts';
import { health } from './models.ts';

function answer({ ok, problems }: Health): Response {
  return Response.json(ok ? { ok } : { ok, problems }, {
    status: ok ? 200 : 503,
    headers: { 'Cache-Control': 'no-store' },
  });
}

/** 503 is an answer to the question, not an error: it has the same shape. */
const answers = { 200: health, 503: health };

export function healthController(status: StatusService) {
  return new Elysia()
    .get('/livez', () => answer(status.live()), {
      response: answers,
      detail: { summary: 'Do database and media server answer?', tags: ['status'], security: [] },
    })
    .get('/readyz', () => answer(status.ready()), {
      response: answers,
      detail: { summary: 'Can a consultation be held?', tags: ['status'], security: [] },
    });
}
