import type { Call } from '../../../../host/syscalls.ts';
import { alignTable } from '../../printers/table.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import type { Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import {
  apiVersionOf,
  discover,
  preferred,
  resourceName,
  type Mapping,
} from '../../rest-mapper.ts';

export default defineCommand({
  name: 'api-resources',
  use: 'api-resources [flags]',
  short: 'Print the supported API resources on the server',
  examples: [['Resources that live in namespaces', 'kubectl api-resources --namespaced=true']],
  flags: `api-group='' cached=false categories=[] namespaced=true no-headers=false
    -o|output='' show-managed-fields=false sort-by='' verbs=[]`,
  run,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  if (args.length > 0)
    throw failed(usageText(context, `unexpected arguments: [${args.join(' ')}]`));
  const output = flags.text('output');
  if (!['', 'wide', 'name', 'json', 'yaml', 'kyaml'].includes(output)) {
    throw failed(
      `unable to match a printer suitable for the output format "${output}", ` +
        'allowed formats are: json,kyaml,name,wide,yaml',
    );
  }
  const sortBy = flags.text('sort-by');
  if (!['', 'name', 'kind'].includes(sortBy)) throw failed('--sort-by accepts only name or kind');
  const found = preferred(yield* discover(context.client())).filter((each) =>
    isWanted(context, each),
  );
  const sorted = found.toSorted((a, b) => compare(a, b, sortBy));
  if (output === 'name') {
    for (const mapping of sorted) yield* context.out(`${resourceName(mapping)}\n`);
    return;
  }
  if (output !== '' && output !== 'wide') {
    const printer = printerFor(context);
    if (printer) yield* printer.print(asList(sorted), { typed: true });
    return;
  }
  yield* context.out(alignTable(lines(sorted, output === 'wide', !flags.on('no-headers'))));
}

function isWanted({ flags }: Context, mapping: Mapping): boolean {
  const { group, namespaced, verbs, categories } = mapping;
  if (flags.changed('api-group') && flags.text('api-group') !== group) return false;
  if (flags.changed('namespaced') && flags.on('namespaced') !== namespaced) return false;
  if (!flags.list('verbs').every((verb) => verbs.includes(verb))) return false;
  if (verbs.length === 0) return false;
  return flags.list('categories').every((category) => categories.includes(category));
}

/** By group and name; `--sort-by` compares names or kinds alone. */
function compare(a: Mapping, b: Mapping, sortBy: string): number {
  const text = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
  if (sortBy === 'name') return text(a.plural, b.plural);
  if (sortBy === 'kind') return text(a.kind, b.kind);
  return text(a.group, b.group) || text(a.plural, b.plural);
}

function lines(mappings: readonly Mapping[], wide: boolean, headers: boolean): string[] {
  const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];
  if (wide) head.push('VERBS', 'CATEGORIES');
  const rows = mappings.map((each) => {
    const cells = [
      each.plural,
      each.shortNames.join(','),
      apiVersionOf(each),
      String(each.namespaced),
      each.kind,
    ];
    if (wide) cells.push([...each.verbs].join(','), each.categories.join(','));
    return cells.join('\t');
  });
  return headers ? [head.join('\t'), ...rows] : rows;
}

function asList(mappings: readonly Mapping[]): Obj {
  const resources = mappings.map((each) => ({
    name: each.plural,
    singularName: each.singular,
    namespaced: each.namespaced,
    ...(each.group !== '' && { group: each.group }),
    version: each.version,
    kind: each.kind,
    verbs: each.verbs,
    ...(each.shortNames.length > 0 && { shortNames: each.shortNames }),
    ...(each.categories.length > 0 && { categories: each.categories }),
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '', resources };
}
