import { expect, test } from 'bun:test';
import { ffmpegProblem, mediaServerProblem, type Problem } from '../status/problems.ts';
import { healthController } from './health.ts';

const ask = async (path: string, problems: Problem[]) => {
  const health = () => ({ ok: problems.length === 0, problems });
  const answer = await healthController({ live: health, ready: health }).handle(
    new Request(`http://localhost${path}`),
  );
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return { status: answer.status, body: (await answer.json()) as unknown };
};

test('all is well: 200', async () => {
  expect(await ask('/livez', [])).toEqual({ status: 200, body: { ok: true } });
  expect(await ask('/readyz', [])).toEqual({ status: 200, body: { ok: true } });
});

test.each([
  ['/livez', 'not_live'],
  ['/readyz', 'not_ready'],
])('%s: 503 with the reason in the shape of every error, and each problem by itself', async (path, code) => {
  const problems = [mediaServerProblem, ffmpegProblem('FFmpeg does not run')];
  expect(await ask(path, problems)).toEqual({
    status: 503,
    body: {
      error: { code, message: 'the media server does not answer (yet); FFmpeg does not run' },
      problems: ['the media server does not answer (yet)', 'FFmpeg does not run'],
      codes: ['media_server', 'ffmpeg'],
    },
  });
});
