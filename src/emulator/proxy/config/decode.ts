import { readYaml } from '../../apimachinery/yaml-text.ts';
import { fields, type FieldType } from './fields.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a file, with what strict decoding says of it; or why it cannot be read at all. */
export type Decoded =
  { readonly file: Fields; readonly strict?: string } | { readonly error: string };

const GROUP = 'kubeproxy.config.k8s.io';
const SCHEME = 'k8s.io/kubernetes/pkg/proxy/apis/config/scheme/scheme.go:30';

/**
 * Reads a KubeProxyConfiguration as kube-proxy's codecs do: strictly, and where that fails for
 * unknown or repeated fields alone, leniently (`loadConfig` of cmd/kube-proxy/app/options.go).
 */
export function decode(text: string): Decoded {
  const repeated: string[] = [];
  let file: unknown;
  try {
    file = readYaml(text);
  } catch (problem) {
    const repeat = /Map keys must be unique/.test((problem as Error).message);
    if (!repeat) return { error: `failed to decode: ${yamlError(problem as Error)}` };
    const lenient = withoutRepeats(text);
    repeated.push(...lenient.repeated);
    file = readYaml(lenient.text);
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    const kind = Array.isArray(file) ? 'array' : typeof file;
    return { error: `failed to decode: ${notAnObject(kind)}` };
  }
  const found = file as Fields;
  const header = headerError(found);
  if (header !== undefined) return { error: `failed to decode: ${header}` };
  const problems = { wrong: undefined as string | undefined, unknown: [] as string[] };
  look(found, fields, '', problems);
  if (problems.wrong !== undefined) return { error: `failed to decode: ${problems.wrong}` };
  const strict = [
    ...repeated.map((name) => `key "${name}" already set in map`),
    ...problems.unknown.map((name) => `unknown field "${name}"`),
  ];
  if (strict.length === 0) return { file: found };
  return { file: found, strict: `strict decoding error: ${strict.join(', ')}` };
}

function notAnObject(kind: string): string {
  const tag = (name: string) => `string "json:\\"${name},omitempty\\""`;
  const type = `struct { APIVersion ${tag('apiVersion')}; Kind ${tag('kind')} }`;
  const what = `json: cannot unmarshal ${kind} into Go value of type ${type}`;
  return `couldn't get version/kind; json parse error: ${what}`;
}

/** The message of Go's YAML parser for what ours found: it tells the line. */
function yamlError(problem: Error): string {
  const line = /line (\d+)/.exec(problem.message)?.[1] ?? '1';
  const mapping = /mapping|Nested mappings|implicit/i.test(problem.message);
  const why = mapping
    ? 'mapping values are not allowed in this context'
    : "could not find expected ':'";
  return `error converting YAML to JSON: yaml: line ${line}: ${why}`;
}

/** The text without the second of equal keys of one block, and their names. */
function withoutRepeats(text: string): { text: string; repeated: readonly string[] } {
  const seen: Set<string>[] = [];
  const repeated: string[] = [];
  const kept = text.split('\n').filter((line) => {
    const [, indent = '', key] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (key === undefined) return true;
    seen.length = indent.length + 1;
    const names = (seen[indent.length] ??= new Set());
    if (!names.has(key)) {
      names.add(key);
      return true;
    }
    repeated.push(key);
    return false;
  });
  return { text: kept.join('\n'), repeated };
}

function headerError(file: Fields): string | undefined {
  const [version, kind] = [file['apiVersion'], file['kind']];
  if (typeof kind !== 'string' || kind === '') {
    return `Object 'Kind' is missing in '${JSON.stringify(file)}'`;
  }
  if (typeof version !== 'string' || version === '') {
    return `Object 'apiVersion' is missing in '${JSON.stringify(file)}'`;
  }
  if (version === `${GROUP}/v1alpha1` && kind === 'KubeProxyConfiguration') return undefined;
  return `no kind "${kind}" is registered for version "${version}" in scheme "${SCHEME}"`;
}

interface Problems {
  wrong: string | undefined;
  readonly unknown: string[];
}

function look(
  file: Fields,
  known: { readonly [name: string]: FieldType },
  path: string,
  problems: Problems,
): void {
  for (const [name, value] of Object.entries(file)) {
    const full = path === '' ? name : `${path}.${name}`;
    const type = known[name];
    if (type === undefined) {
      problems.unknown.push(full);
    } else if (value === null) continue;
    else if (typeof type === 'object') {
      if (typeof value === 'object' && !Array.isArray(value)) {
        look(value as Fields, type, full, problems);
      } else problems.wrong ??= unmarshal(value, full, 'object');
    } else if (!fits(value, type)) problems.wrong ??= unmarshal(value, full, type);
  }
}

function fits(value: unknown, type: Exclude<FieldType, object>): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'duration':
      return typeof value === 'string' && DURATION.test(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'strings':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    default:
      return true;
  }
}

export const DURATION = /^[-+]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/;

const GO_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  duration: 'string',
  bool: 'bool',
  int: 'int32',
  float: 'float32',
  strings: '[]string',
  object: 'struct',
};

function unmarshal(value: unknown, path: string, type: string): string {
  if (type === 'duration' && typeof value === 'string') {
    return `time: invalid duration ${JSON.stringify(value)}`;
  }
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = `KubeProxyConfiguration.${path}`;
  const named = path === 'mode' ? 'v1alpha1.ProxyMode' : (GO_TYPES[type] ?? type);
  return `json: cannot unmarshal ${kind} into Go struct field ${field} of type ${named}`;
}
