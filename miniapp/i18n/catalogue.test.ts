import { expect, test } from 'bun:test';
import { reachFaults } from '../machine/diagnose.ts';
import { permissionNames, refusalKinds } from '../machine/model.ts';
import { isMessageKey, languageOf, say } from './catalogue.ts';
import { en } from './messages.en.ts';
import { type MessageKey, zh } from './messages.zh.ts';

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

test('both languages have the same keys, a text for each, and the same placeholders', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted());
  for (const key of Object.keys(zh) as MessageKey[]) {
    expect(zh[key].trim()).not.toBe('');
    expect(en[key].trim()).not.toBe('');
    expect(placeholders(en[key])).toEqual(placeholders(zh[key]));
  }
});

test('every fault, refusal and missing permission has its sentence and its way out', () => {
  for (const key of [
    ...reachFaults.map((each) => `fault.${each}`),
    ...refusalKinds.map((each) => `refused.${each}`),
    ...permissionNames.map((each) => `forbidden.${each}`),
  ]) {
    expect(isMessageKey(key)).toBe(true);
    expect(isMessageKey(`${key}.way`)).toBe(true);
  }
});

test('the phone’s language chooses; a parameter that is missing stays visible', () => {
  expect(languageOf('zh_CN')).toBe('zh');
  expect(languageOf('en_US')).toBe('en');
  expect(languageOf('en')).toBe('en');
  expect(languageOf('')).toBe('zh');
  expect(say('zh', 'home.last', { clinic: '阳光诊所' })).toBe('上次就诊：阳光诊所');
  expect(say('en', 'home.last')).toContain('{clinic}');
});

test('the answers to WeChat’s own question have no more than the four letters that it takes', () => {
  for (const catalogue of [zh, en]) {
    for (const key of ['call.endConfirm', 'action.cancel'] as const) {
      expect(catalogue[key].length).toBeLessThanOrEqual(4);
    }
  }
});
