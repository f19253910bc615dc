import { expect, test } from 'bun:test';
import { fit, shorten, textWidth, wrap } from './text-width.ts';

test('a text that fits is left alone, a longer one becomes smaller, then shorter', () => {
  const sizes = { largest: 60, smallest: 30 };
  expect(fit('康宁诊所', 1000, sizes)).toEqual({ text: '康宁诊所', size: 60 });
  expect(fit('诊'.repeat(20), 1000, sizes)).toEqual({ text: '诊'.repeat(20), size: 50 });
  const { text, size } = fit('诊'.repeat(40), 1000, sizes);
  expect(size).toBe(30);
  expect(text).toEndWith('…');
  expect(textWidth(text, size)).toBeLessThanOrEqual(1000);
});

test('lines break between Chinese characters and between words, never before punctuation', () => {
  expect(wrap('请插好网线，然后等待。', 10, 50, 3)).toEqual(['请插好网', '线，然后等', '待。']);
  expect(wrap('plug in the cable', 10, 60, 3)).toEqual(['plug in the', 'cable']);
  expect(wrap('', 10, 60, 2)).toEqual(['']);
});

test('never more lines than there is room for, never a wider one', () => {
  for (const text of ['诊'.repeat(100), 'word '.repeat(50), 'W'.repeat(200), `短 ${'x'.repeat(99)} 尾`]) {
    const lines = wrap(text, 20, 300, 2);
    expect(lines.length).toBeLessThanOrEqual(2);
    for (const line of lines) expect(textWidth(line, 20)).toBeLessThanOrEqual(300);
    expect(lines.at(-1)).toEndWith('…');
  }
});

test('shortening leaves no space before the dots', () => {
  expect(shorten('one two three', 10, textWidth('one two', 10))).not.toContain(' …');
});
