/** The two health questions; on both listeners that face the LAN. */
import { Elysia } from 'elysia';
import type { ErrorBody } from '../consultations/view.ts';
import type { Health, StatusService } from '../status/status.ts';

/** What a 503 of `/livez` or `/readyz` says: the one shape of every error, and each problem by itself for programs. */
export interface UnhealthyBody extends ErrorBody {
  /** English sentences. */
  problems: string[];
  /** The code of each. */
  codes: string[];
}

const headers = { 'Cache-Control': 'no-store' };

function answer({ ok, problems }: Health, code: 'not_live' | 'not_ready'): Response {
  if (ok) return Response.json({ ok }, { headers });
  const sentences = problems.map(({ en }) => en);
  const body: UnhealthyBody = {
    error: { code, message: sentences.join('; ') },
    problems: sentences,
    codes: problems.map((problem) => problem.code),
  };
  return Response.json(body, { status: 503, headers });
}

/** `GET /livez` and `GET /readyz`, open to everyone: 200 `{ok: true}`, or 503 with the reason. */
export function healthController(status: Pick<StatusService, 'live' | 'ready'>) {
  return new Elysia()
    .get('/livez', () => answer(status.live(), 'not_live'), {
      detail: { summary: 'Do database and media server answer?', tags: ['status'] },
    })
    .get('/readyz', () => answer(status.ready(), 'not_ready'), {
      detail: { summary: 'Can a consultation be held?', tags: ['status'] },
    });
}
