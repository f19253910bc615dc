import { expect, test } from 'bun:test';
import type { ConsoleView } from '../../server/status/console.ts';
import { sampleView } from './sample.ts';
import { askSupervisor, Poller } from './state.ts';

test('a short silence is not shown, a longer one is, with the name that is known', async () => {
  let answer: ConsoleView | null = null;
  const poller = new Poller(async () => {
    if (answer === null) throw new Error('nobody there');
    return answer;
  });
  expect(await poller.poll(1000)).toEqual({ kind: 'starting', clinicName: '', silent: 0 });
  expect(await poller.poll(9000)).toEqual({ kind: 'starting', clinicName: '', silent: 8000 });
  answer = sampleView();
  expect(await poller.poll(10_000)).toEqual({ kind: 'view', view: answer });
  const view = answer;
  answer = null;
  expect(await poller.poll(15_000)).toEqual({ kind: 'view', view });
  expect(await poller.poll(16_000)).toEqual({ kind: 'starting', clinicName: '康宁社区诊所', silent: 6000 });
  answer = view;
  expect(await poller.poll(17_000)).toEqual({ kind: 'view', view });
});

test('the supervisor is asked on loopback; an error is no answer', async () => {
  let status = 200;
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      return Response.json(sampleView(), { status });
    },
  });
  try {
    const ask = askSupervisor(server.port ?? 0);
    expect(await ask()).toEqual(sampleView());
    status = 404;
    expect(ask()).rejects.toThrow('404');
    expect(asked[0]).toBe('/console');
  } finally {
    await server.stop(true);
  }
});
