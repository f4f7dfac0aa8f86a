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

it('a command that has a line for itself keeps it', () => {
  expect(blocks('Do this\nnow:\n`kubectl get pods`\nDone `x`.')).toBe(
    '<p>Do this now:</p><pre><code>kubectl get pods</code></pre><p>Done <code>x</code>.</p>',
  );
});
