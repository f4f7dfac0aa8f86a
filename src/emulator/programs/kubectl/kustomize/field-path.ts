/** A place that a path leads to. */
export interface Place {
  readonly holder: object;
  readonly key: string | number;
}

/** Parts of `spec.containers.[name=web].image`: dots inside brackets or behind `\` cut nothing. */
export function splitPath(path: string): readonly string[] {
  const parts: string[] = [];
  let [part, depth] = ['', 0];
  for (let at = 0; at < path.length; at += 1) {
    const c = path[at] as string;
    if (c === '\\' && path[at + 1] === '.') {
      part += '.';
      at += 1;
      continue;
    }
    if (c === '[') depth += 1;
    if (c === ']') depth -= 1;
    if (c === '.' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += c;
  }
  return [...parts, part].filter((each) => each !== '');
}

/** What lies at the first place of a path; undefined where there is nothing. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  const [first] = placesAt(object, path, false);
  return first && (first.holder as Record<string | number, unknown>)[first.key];
}

const FILTER = /^\[([^=\]]*)=(.*)\]$/;

/** All places of a path (kyaml `PathMatcher`); with `create` what is missing on the way is made. */
export function placesAt(object: unknown, path: readonly string[], create: boolean): Place[] {
  const [part, ...rest] = path;
  if (part === undefined || typeof object !== 'object' || object === null) return [];
  const fields = object as Record<string | number, unknown>;
  return keysOf(object, part, rest, create).flatMap((key) => {
    if (rest.length === 0) return [{ holder: object, key }];
    const made = create && fields[key] === undefined;
    if (made) fields[key] = isListPart(rest[0] as string) ? [] : {};
    return placesAt(fields[key], rest, create);
  });
}

const isListPart = (part: string) => FILTER.test(part) || /^(\d+|-)$/.test(part);

function keysOf(
  object: object,
  part: string,
  rest: readonly string[],
  create: boolean,
): readonly (string | number)[] {
  if (!Array.isArray(object)) {
    if (part === '*') return Object.keys(object);
    return part in object || create ? [part] : [];
  }
  const all = [...object.keys()];
  if (part === '*') return all;
  if (part === '-') return create ? [object.length] : all.slice(-1);
  if (/^\d+$/.test(part)) return Number(part) < object.length ? [Number(part)] : [];
  const [, name = '', value = ''] = FILTER.exec(part) ?? [];
  const fits = new RegExp(`^(?:${value})$`);
  const found = all.filter((at) => {
    const item = object[at] as unknown;
    const own = name === '' ? item : (item as Record<string, unknown> | null)?.[name];
    return own !== undefined && fits.test(String(own));
  });
  if (found.length > 0 || !create || !FILTER.test(part)) return found;
  object.push(name === '' ? value : { [name]: value });
  void rest;
  return [object.length - 1];
}
