import { expect, it } from 'vitest';
import { createTemplate } from './template.ts';

const data = { items: [{ n: 'a', labels: { x: 'y' } }, { n: 'b' }], empty: [] };

it.each([
  ['{{len .items}}', '2'],
  ['{{range .items}}{{.n}}{{"\\n"}}{{end}}', 'a\nb\n'],
  ['{{range $i, $e := .items}}{{if $i}},{{end}}{{$e.n}}{{end}}', 'a,b'],
  ['{{range .empty}}x{{else}}none{{end}}', 'none'],
  ['{{with index .items 0}}{{.labels.x}}{{end}}', 'y'],
  ['{{printf "%s-%d" "a" 3 | printf "%q"}}', '"a-3"'],
  ['{{if and (eq 1 1) (not .none)}}yes{{end}}', 'yes'],
  ['a {{- /* gone */ -}} b', 'ab'],
  ['{{.none}}', '<no value>'],
  ['{{define "t"}}<{{.}}>{{end}}{{template "t" "x"}}', '<x>'],
  ['{{$n := "v"}}{{range .items}}{{$n}}{{end}}', 'vv'],
  ['{{base64decode "aGk="}}', 'hi'],
])('%s', (template, text) => {
  expect(createTemplate(template)(data)).toBe(text);
});
