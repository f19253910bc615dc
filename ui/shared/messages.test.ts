import { expect, test } from 'bun:test';
import { en } from './messages.en.ts';
import { zh } from './messages.zh.ts';

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

test('both languages have the same keys, a text for each, and the same placeholders', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted());
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    expect(zh[key].trim()).not.toBe('');
    expect(en[key].trim()).not.toBe('');
    expect(placeholders(en[key])).toEqual(placeholders(zh[key]));
  }
});

test('every problem has its sentence and its way out; no English in the Chinese ones', () => {
  const problems = Object.keys(zh).filter((key) => /^problem\.\w+$/.test(key));
  expect(problems.length).toBeGreaterThan(20);
  for (const key of problems) {
    expect(Object.keys(zh)).toContain(`${key}.way`);
    expect(zh[key as keyof typeof zh]).toMatch(/[\u4e00-\u9fff]/);
  }
});

test('each failure that the issue names is among them', () => {
  for (const code of [
    ...['permission_refused', 'no_camera', 'camera_busy', 'permission_system', 'permission_policy'],
    ...['no_h264_local', 'network', 'media_unavailable'],
  ]) {
    expect(Object.keys(zh)).toContain(`problem.${code}`);
  }
});
