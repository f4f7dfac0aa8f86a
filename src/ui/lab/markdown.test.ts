import { expect, it } from 'vitest';
import { blocks, inline } from './markdown.ts';

it('renders the marks of a line and nothing else', () => {
  expect(inline('**No** `<b>` *yet*, see [it](/ko/)')).toBe(
    '<strong>No</strong> <code>&lt;b&gt;</code> <em>yet</em>, see <a href="/ko/">it</a>',
  );
  expect(inline('<img src=x> `a*b*c`')).toBe('&lt;img src=x&gt; <code>a*b*c</code>');
  expect(inline('[x](javascript:alert(1))')).not.toContain('<a');
});

it('renders paragraphs, lists and fences', () => {
  expect(blocks('One\ntwo\n\n- a\n  b\n- c\n\n```yaml\nx: <y>\n```')).toBe(
    '<p>One two</p><ul><li>a b</li><li>c</li></ul>' +
      '<pre tabindex="0"><code>x: &lt;y&gt;</code></pre>',
  );
});
