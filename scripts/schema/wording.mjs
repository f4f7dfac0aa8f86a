// The words of types and fields: the better one of both packages', and the values with their meanings.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const conventions =
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
const words = JSON.parse(readFileSync(join(here, 'words.json'), 'utf8'));
const choices = JSON.parse(readFileSync(join(here, 'enums.json'), 'utf8'));

/**
 * Texts of a model and its fields. The client's own have lost their line breaks and, where a field
 * refers to another type, are that type's; the other package has both, but adds words of its own to
 * some types. What neither has is in `words.json`.
 * @param {Record<string, string>} others texts of the other package, by field
 * @param {string} key `core.v1.Pod`
 */
export function textsOf(others, { properties, descriptions }, key) {
  const told = ['', ...Object.keys(properties)].map((field) => {
    const own = descriptions[field] ?? '';
    const other = others[field] ?? '';
    const refers = /^(\[\]|\{\})*(ref:|any|intOrString|microTime)/.test(properties[field] ?? '');
    const text = own === '' || refers ? other || own : (withBreaks(own, other) ?? own);
    return [
      field,
      words[field === '' ? key : `${key}.${field}`] ?? (text || common(properties[field])),
    ];
  });
  return Object.fromEntries(told.filter(([, text]) => text));
}

/** The beginning of a text that has the same letters as another, whatever is between them. */
function withBreaks(own, other) {
  const wanted = own.replaceAll(/\s+/g, '');
  let at = 0;
  let end = 0;
  while (end < other.length && at < wanted.length) {
    const letter = other[end++];
    if (/\s/.test(letter)) continue;
    if (letter !== wanted[at++]) return undefined;
  }
  return at === wanted.length ? other.slice(0, end) : undefined;
}

/** What nearly all types say of their metadata. */
function common(type = '') {
  if (/V1ObjectMeta/.test(type)) {
    return `Standard object's metadata. More info: ${conventions}#metadata`;
  }
  if (!/V1ListMeta/.test(type)) return '';
  return `Standard list metadata. More info: ${conventions}#types-kinds`;
}

/** The values of a type's fields; writes what they mean behind the fields' texts. */
export function choicesOf(key, kind, told) {
  const found = {};
  for (const row of choices) {
    for (const name of row.fields) {
      const cut = name.lastIndexOf('.');
      const [owner, field] = [name.slice(0, cut), name.slice(cut + 1)];
      if ((owner !== kind && owner !== key) || told[field] === undefined) continue;
      found[field] = row;
      if (row.list) continue;
      const meanings = Object.entries(row.values).map(
        ([value, means]) => ` - \`"${value}"\`${means && ` ${means}`}`,
      );
      told[field] += `\n\nPossible enum values:\n${meanings.join('\n')}`;
    }
  }
  return found;
}
