import { describe, expect, test } from 'bun:test';
import type { Language } from '../i18n/catalogue.ts';
import { advance } from '../machine/machine.ts';
import { stateNames } from '../machine/model.ts';
import { compareVersions, failureOf, lackingIn } from '../platform/versions.ts';
import { modelIn, view } from '../testing/samples.ts';
import { readAdmission, readView } from './read.ts';
import { consultationPage, endedPage, rootFontSize } from './view.ts';

describe('every state has something to show in both languages', () => {
  for (const language of ['zh', 'en'] as const satisfies Language[]) {
    test(language, () => {
      for (const state of stateNames) {
        if (state === 'home') continue;
        const model = modelIn(state);
        const shown = JSON.stringify(
          state === 'ended' ? endedPage(model, language) : consultationPage(model, language),
        );
        expect(shown.length).toBeGreaterThan(50);
        // No sentence was left without its parameter.
        expect(shown).not.toMatch(/\{[a-z]+\}/);
        if (language === 'en') {
          const ours = shown.replaceAll(/王女士|李医生|主任医师|内科|听得清吗？|听得清|听不清|听不清/g, '');
          expect({ state, chinese: /[\u4e00-\u9fff]/.exec(ours)?.[0] }).toEqual({
            state,
            chinese: undefined,
          });
        }
      }
    });
  }
});

test('every button of every state is an event that the state takes', () => {
  for (const state of stateNames) {
    if (state === 'home') continue;
    const model = modelIn(state);
    const page = consultationPage(model, 'zh');
    const buttons =
      state === 'ended'
        ? endedPage(model, 'zh').buttons
        : [page.notice, page.confirm, page.list, page.stage].flatMap((each) => each?.buttons ?? []);
    const controls = [...(page.stage?.controls ?? []), ...(page.stage?.more ?? [])];
    for (const { press } of state === 'away' ? buttons : [...buttons, ...controls]) {
      if (press === 'leave_asked') continue;
      const next = advance(model, { type: press } as never);
      expect({ state, press, does: next.model !== model || next.actions.length > 0 }).toEqual({
        state,
        press,
        does: true,
      });
    }
  }
});

describe('the stage', () => {
  const stage = (change: Parameters<typeof modelIn>[1]) =>
    consultationPage(modelIn('consultation', change), 'zh').stage;
  const controls = modelIn('consultation').controls;

  test('press to talk opens the microphone only while the button is held', () => {
    expect(stage({ controls: { ...controls, pressToTalk: true } })?.microphone).toBe(false);
    expect(stage({ controls: { ...controls, pressToTalk: true, talking: true } })?.microphone).toBe(true);
  });

  test('the message that waits for an answer comes first; an answer is shown at once', () => {
    const messages = [
      { id: 'a', text: '第一', answers: ['好'], answered: '好' },
      { id: 'b', text: '第二', answers: ['好', '不好'], answered: null },
      { id: 'c', text: '第三', answers: [], answered: null },
    ];
    const model = modelIn('consultation', { view: { ...view, state: 'live', messages } });
    expect(consultationPage(model, 'zh').stage?.message).toMatchObject({ id: 'b', answers: ['好', '不好'] });
    const answered = advance(model, { type: 'answer', messageId: 'b', answer: '不好' }).model;
    expect(consultationPage(answered, 'zh').stage?.message).toMatchObject({ id: 'c' });
  });

  test('echo: first the earpiece, then press to talk', () => {
    const once = advance(modelIn('consultation'), { type: 'echo' }).model;
    expect(consultationPage(once, 'zh').stage).toMatchObject({ soundMode: 'ear', talk: '' });
    const twice = advance(once, { type: 'echo' }).model;
    expect(consultationPage(twice, 'zh').stage).toMatchObject({ talk: '按住说话', microphone: false });
  });

  test('a long loss offers another code', () => {
    const lost = consultationPage(modelIn('reconnecting', { attempts: 5 }), 'zh').stage;
    expect(lost?.buttons.map(({ press }) => press)).toEqual(['retry', 'scan', 'call_clinic']);
  });
});

test('what a box sends is read with care', () => {
  expect(readView(null)).toBeNull();
  expect(readView('x')).toBeNull();
  expect(readAdmission({ consultationId: 'a' })).toBeNull();
  const odd = readView({
    consultationId: 'a',
    state: 'dancing',
    pusher: { mode: 'X', minBitrate: 'many', width: Number.NaN },
    messages: [null, { id: 1 }, { id: 'm', text: 'hello', answers: ['a', 2, 'b', 'c', 'd', 'e'] }],
    doctor: { name: '' },
  });
  expect(odd).toMatchObject({
    state: 'waiting',
    pusher: { mode: 'RTC', minBitrate: 300, width: 480 },
    messages: [{ id: 'm', text: 'hello', answers: ['a', 'b', 'c', 'd'], answered: null }],
    doctor: null,
  });
});

test('versions, failures, letters', () => {
  expect(compareVersions('2.10.0', '2.9.9')).toBeGreaterThan(0);
  expect(compareVersions('3.0', '3.0.0')).toBe(0);
  expect(lackingIn('2.3.1')).toContain('lan');
  expect(lackingIn('3.7.0')).toEqual([]);
  expect(failureOf('request:fail timeout')).toBe('timeout');
  expect(failureOf('request:fail errcode:-1009 The Internet connection appears to be offline.')).toBe(
    'prohibited',
  );
  // The same sentence on a phone that speaks Chinese.
  expect(failureOf('request:fail 似乎已断开与互联网的连接。')).toBe('prohibited');
  expect(failureOf('request:fail errcode:-102 cronet_error_code:-102 net::ERR_CONNECTION_REFUSED')).toBe(
    'refused',
  );
  expect(failureOf('request:fail')).toBe('other');
  const sizes = (width: number) => [1, 1.2, 0.5, 3].map((fontScale) => rootFontSize({ fontScale, width }));
  expect(sizes(414)).toEqual([16, 19, 16, 26]);
  expect(sizes(320)).toEqual([16, 19, 16, 20]);
});
