import { stringify } from 'yaml';
import { alignTabs } from '../../apimachinery/tabwriter.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { parseArgs } from './args.ts';
import { connect, isFailure, type Failure } from './client.ts';
import { findKind, readAll, VERSION, type Column, type Kind, type Resource } from './kinds.ts';

/** `calicoctl get KIND [NAME...]`. */
export function* get(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const parsed = parseArgs(args, {
    '--filename': true,
    '--output': true,
    '--namespace': true,
    '--all-namespaces': false,
    '--export': false,
    '--recursive': false,
  });
  if (isFailure(parsed)) return parsed;
  if (parsed.has('--filename')) return { error: 'calicoctl get -f is not modelled here' };
  const [word, ...names] = parsed.words;
  if (word === undefined) return parseArgs([...args, '--nothing'], {}) as Failure;
  const output = parsed.value('--output') ?? 'ps';
  if (!['ps', 'wide', 'yaml', 'yml', 'json'].includes(output)) {
    const known = /^(go-template|go-template-file|custom-columns)=/.test(output);
    const why = known ? `-o ${output.split('=')[0]} is not modelled here` : undefined;
    return { error: why ?? `unrecognized output format '${output}'` };
  }
  const kind = findKind(word);
  if (!kind)
    return { error: `Failed to execute command: resource type '${word}' is not supported` };
  const client = connect(sys);
  if (isFailure(client)) return client;
  const everywhere = parsed.has('--all-namespaces');
  const namespace = everywhere ? undefined : (parsed.value('--namespace') ?? 'default');
  const found = yield* readAll(client, kind, namespace);
  if (isFailure(found)) return { error: `Failed to get resources: ${found.error}` };
  const chosen =
    names.length === 0 ? found : found.filter(({ metadata }) => names.includes(metadata.name));
  const missing = names.filter((name) => !found.some(({ metadata }) => metadata.name === name));
  const told = everywhere || parsed.has('--namespace');
  yield* sys.write(1, printed(kind, chosen, { output, named: names.length > 0, told }));
  if (missing.length === 0) return undefined;
  const place = kind.namespaced ? `${namespace ?? ''}/` : '';
  const texts = missing.map((name) => `resource does not exist: ${kind.kind}(${place}${name})`);
  return { error: texts.map((text) => `${text} with error: ${notFound(kind, text)}`).join('\n') };
}

function notFound({ resource = '' }: Kind, text: string): string {
  const name = /[(/]([^/()]+)\)$/.exec(text)?.[1] ?? '';
  return `${resource} "${name}" not found`;
}

interface How {
  readonly output: string;
  readonly named: boolean;
  readonly told: boolean;
}

function printed(kind: Kind, resources: readonly Resource[], { output, named, told }: How): string {
  if (output === 'ps' || output === 'wide') {
    const columns = output === 'wide' ? (kind.wide ?? kind.columns) : kind.columns;
    return table(kind, columns, resources, told);
  }
  const [only] = resources;
  const single = named && resources.length === 1 && only !== undefined;
  const value: object = single
    ? only
    : {
        apiVersion: VERSION,
        items: resources,
        kind: `${kind.kind}List`,
        metadata: { resourceVersion: highest(resources) },
      };
  const plain = JSON.parse(JSON.stringify(value)) as object;
  if (output === 'json') return `${JSON.stringify(plain, undefined, 2)}\n`;
  return stringify(plain, {
    sortMapEntries: true,
    version: '1.1',
    lineWidth: 0,
    indentSeq: false,
    aliasDuplicateObjects: false,
  });
}

function highest(resources: readonly Resource[]): string {
  return String(
    Math.max(0, ...resources.map((each) => Number(each.metadata.resourceVersion) || 0)),
  );
}

/** A table as its templates print it, with a gap behind. */
function table(
  kind: Kind,
  columns: readonly Column[],
  resources: readonly Resource[],
  told: boolean,
): string {
  const NAMESPACE: Column = ['NAMESPACE', ({ metadata }) => metadata.namespace ?? ''];
  const all = kind.namespaced && told ? [NAMESPACE, ...columns] : columns;
  const lines = [
    all.map(([heading]) => `${heading}\t`).join(''),
    ...resources.map((resource) => all.map(([, cell]) => `${cell(resource)}\t`).join('')),
  ];
  return `${alignTabs(lines.join('\n'), { minWidth: 5, padding: 3 })}\n\n`;
}
