import { expect, test } from 'bun:test';
import { fillPage } from './html.ts';

test('values are text, whatever they hold', () => {
  expect(fillPage('<p title="{{name}}">{{name}}</p>', { name: `<b>"a" & 'b'</b> $& {{x}}` })).toBe(
    '<p title="&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt; $&amp; {{x}}">&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt; $&amp; {{x}}</p>',
  );
});

test('a value that nobody gave is an error, not a hole in a page', () => {
  expect(() => fillPage('{{a}}', {})).toThrow('a page asks for a');
});
