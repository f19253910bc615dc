import { expect, test } from 'bun:test';
import { databaseProblem, mediaServerProblem } from '../../server/status/problems.ts';
import { contentOf } from './content.ts';
import { sampleView, viewWithoutAddress } from './sample.ts';

const of = (view = sampleView()) => contentOf({ kind: 'view', view });

test('a healthy box: address, set-up code, QR code, green', () => {
  const content = of();
  expect(content.title).toBe('康宁社区诊所');
  expect(content.facts.map(({ value }) => value)).toEqual(['https://192.168.1.20', 'K7PM-4XQ9']);
  expect(content.qr?.text).toBe('http://192.168.1.20/#setup=K7PM-4XQ9');
  expect(content.health).toEqual({
    level: 'good',
    zh: '一切正常，可以开诊',
    en: 'All is well: ready for consultations',
  });
  for (const part of [
    '0.1.0',
    'mediamtx v1.19.1',
    '52:54:00:12:34:56',
    'enp1s0 192.168.1.20',
    'CA 1017 1E25 2C33 3A41 484F',
  ]) {
    expect(content.footer).toContain(part);
  }
});

test('consultations in progress are counted', () => {
  expect(of(sampleView({ consultations: { live: 1 } })).health.en).toContain('1 consultation in progress');
  expect(of(sampleView({ consultations: { live: 2 } })).health.zh).toContain('2 个问诊');
});

test('the worst problem is said first, and how many more there are', () => {
  const problems = [mediaServerProblem, databaseProblem('disk I/O error')];
  const { health } = of(sampleView({ health: { ready: false, problems } }));
  expect(health.level).toBe('problem');
  expect(health.zh).toMatch(/^数据库无法读取.*（另有 1 个问题）$/);
  expect(health.en).toBe('The database cannot be read: disk I/O error (and 1 more)');
});

test('without an address it says what to do, and shows no code that leads nowhere', () => {
  const content = of(viewWithoutAddress());
  expect(content.qr).toBeNull();
  expect(content.facts[0]?.value).toContain('请插好网线');
  expect(content.facts[0]?.value).toContain('Plug in the network cable');
  expect(content.health.level).toBe('warning');
});

test('a clinic without a name is Consultbox', () => {
  expect(of(sampleView({ clinicName: '' })).title).toBe('Consultbox');
});

test('a start is a start for a minute, then it is a problem with a way out', () => {
  const starting = contentOf({ kind: 'starting', clinicName: '康宁', silent: 59_000 });
  expect(starting.title).toBe('康宁');
  expect(starting.health).toEqual({ level: 'warning', zh: '正在启动…', en: 'Starting' });
  const late = contentOf({ kind: 'starting', clinicName: '', silent: 60_000 });
  expect(late.health.level).toBe('problem');
  expect(late.health.zh).toContain('请关机');
  expect(late.health.en).toContain('Switch the box off');
});
