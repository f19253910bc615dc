import { expect, test } from 'bun:test';
import { codeInFragment, withCode } from './access-fragment.ts';

test.each([
  ['#access=K7PM-4XQ9-TB3D', 'K7PM-4XQ9-TB3D'],
  ['', null],
  ['#access=', null],
  ['#access=short', null],
  ['#other=K7PM-4XQ9-TB3D', null],
  ['#access=K7PM-4XQ9-TB3D&more', null],
  ['#access=<script>alert(1)</script>', null],
])('the code in %j is %j', (hash, code) => {
  expect(codeInFragment(hash)).toBe(code);
});

test('a link takes the code along, and nothing else', () => {
  const link = 'https://192.168.1.20/';
  expect(withCode(link, '#access=K7PM-4XQ9-TB3D')).toBe('https://192.168.1.20/#access=K7PM-4XQ9-TB3D');
  expect(withCode(`${link}#old`, '#access=K7PM-4XQ9-TB3D')).toBe(`${link}#access=K7PM-4XQ9-TB3D`);
  expect(withCode(link, '#access="><b>')).toBe(link);
  expect(withCode(link, '')).toBe(link);
});
