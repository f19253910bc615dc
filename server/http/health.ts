/** The two health questions; on both listeners that face the LAN. */
import { Elysia } from 'elysia';
import type { Health, StatusService } from '../status/status.ts';

function answer({ ok, problems }: Health): Response {
  const codes = problems.map(({ code }) => code);
  return Response.json(ok ? { ok } : { ok, problems: problems.map(({ en }) => en), codes }, {
    status: ok ? 200 : 503,
    headers: { 'Cache-Control': 'no-store' },
  });
}

export function healthController(status: StatusService) {
  return new Elysia()
    .get('/livez', () => answer(status.live()), {
      detail: { summary: 'Do database and media server answer?', tags: ['status'] },
    })
    .get('/readyz', () => answer(status.ready()), {
      detail: { summary: 'Can a consultation be held?', tags: ['status'] },
    });
}
