import { expect, test } from 'bun:test';
import { codeInFragment, withCode } from './setup-fragment.ts';

test.each([
  ['#setup=K7PM-4XQ9', 'K7PM-4XQ9'],
  ['', null],
  ['#setup=', null],
  ['#setup=short', null],
  ['#other=K7PM-4XQ9', null],
  ['#setup=K7PM-4XQ9&more', null],
  ['#setup=<script>alert(1)</script>', null],
])('the code in %j is %j', (hash, code) => {
  expect(codeInFragment(hash)).toBe(code);
});

test('a link takes the code along, and nothing else', () => {
  const link = 'https://192.168.1.20/';
  expect(withCode(link, '#setup=K7PM-4XQ9')).toBe('https://192.168.1.20/#setup=K7PM-4XQ9');
  expect(withCode(`${link}#old`, '#setup=K7PM-4XQ9')).toBe(`${link}#setup=K7PM-4XQ9`);
  expect(withCode(link, '#setup="><b>')).toBe(link);
  expect(withCode(link, '')).toBe(link);
});
