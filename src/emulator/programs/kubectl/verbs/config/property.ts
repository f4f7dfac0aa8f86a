import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { encodeBase64 } from '../../../../world/base64.ts';
import { loadKubeconfig, type KubeconfigFile, type NamedEntry } from '../../kubeconfig.ts';
import { changeFile } from './file.ts';
import { wrongArguments } from './usage.ts';

type Part = 'cluster' | 'context' | 'user';

/** Fields that may be set, by part. */
const fields: Readonly<Record<Part, readonly string[]>> = {
  cluster: [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ],
  context: ['cluster', 'user', 'namespace'],
  user: [
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'as',
    'as-uid',
    'username',
    'password',
  ],
};
const booleans = new Set(['insecure-skip-tls-verify', 'disable-compression', 'colors']);

/** A dotted name taken apart; names of entries may have dots, fields have none. */
interface Property {
  readonly part?: Part;
  readonly name?: string;
  readonly field?: string;
}

function read(text: string): Property {
  if (text === 'current-context') return { field: text };
  if (text === 'preferences.colors') return { field: 'colors' };
  const [, part, rest = ''] = /^(cluster|context|user)s\.(.+)$/.exec(text) ?? [];
  if (part === undefined) throw failed(`unable to parse ${text} after [] at api.Config`);
  const names = fields[part as Part];
  const cut = rest.lastIndexOf('.');
  if (cut < 0) return { part: part as Part, name: rest };
  const [name, field] = [rest.slice(0, cut), rest.slice(cut + 1)];
  // What is no field belongs to the name.
  if (!names.includes(field)) return { part: part as Part, name: rest };
  return { part: part as Part, name, field };
}

function valueOf(field: string, text: string, raw: boolean): string | boolean {
  if (booleans.has(field)) {
    if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
    throw failed(`strconv.ParseBool: parsing "${text}": invalid syntax`);
  }
  if (!field.endsWith('-data')) return text;
  if (raw) return encodeBase64(text);
  if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(text) || text.replaceAll(/\s/g, '').length % 4 > 0) {
    const at = text.search(/[^A-Za-z0-9+/]/);
    const place = at < 0 ? text.length - (text.length % 4) : at;
    throw failed(`error decoding input value: illegal base64 data at input byte ${place}`);
  }
  return text;
}

function entryOf(file: KubeconfigFile, part: Part, name: string, make: boolean) {
  const list = (file[`${part}s`] ??= []);
  let entry = list.find((each) => each.name === name);
  if (!entry && make) {
    entry = { name } satisfies NamedEntry;
    list.push(entry);
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return entry;
}

/** Sets a property; without a value it is taken away, with false it is not shown either. */
function change(
  file: KubeconfigFile,
  { part, name = '', field }: Property,
  value: string | boolean | undefined,
): void {
  if (part === undefined) {
    if (field === 'colors') {
      if (value === undefined || value === false) delete file.preferences;
      else file.preferences = { colors: value };
    } else file['current-context'] = String(value ?? '');
    return;
  }
  if (field === undefined) {
    const list = `${part}s` as const;
    file[list] = (file[list] ?? []).filter((each) => each.name !== name);
    return;
  }
  const entry = entryOf(file, part, name, value !== undefined);
  if (!entry) throw failed(`current map key \`${name}\` is invalid`);
  const values: Record<string, string | boolean> = { ...entry[part] };
  if (value === undefined || value === false || value === '') delete values[field];
  else values[field] = value;
  entry[part] = values as never;
}

/** A whole entry cannot be set to a text; Go shows the map with the addresses in it. */
function mapFailure({ sys, flags }: Context, part: Part) {
  const entries = loadKubeconfig(sys, flags)[`${part}s`] ?? [];
  const shown = entries
    .map(({ name }) => `${name}:0xc000${sys.chance.hex(`pointer ${name}`, 6)}`)
    .sort();
  return failed(`can't set a map to a value: map[${shown.join(' ')}]`);
}

/** `kubectl config set`. */
export const set: Command = {
  name: 'set',
  use: 'config set PROPERTY_NAME PROPERTY_VALUE',
  short: 'Set an individual value in a kubeconfig file',
  flags: 'set-raw-bytes=false',
  *run(context: Context): Call<void> {
    const { args, flags } = context;
    if (args.length !== 2) yield* wrongArguments(context, set);
    const [name = '', text = ''] = args;
    const property = read(name);
    if (property.part !== undefined && property.field === undefined) {
      throw mapFailure(context, property.part);
    }
    const value = valueOf(property.field ?? '', text, flags.on('set-raw-bytes'));
    changeFile(context, (file) => change(file, property, value));
    yield* context.out(`Property "${name}" set.\n`);
  },
};

/** `kubectl config unset`. */
export const unset: Command = {
  name: 'unset',
  use: 'config unset PROPERTY_NAME',
  short: 'Unset an individual value in a kubeconfig file',
  *run(context: Context): Call<void> {
    const { args } = context;
    if (args.length !== 1) yield* wrongArguments(context, unset);
    const name = args[0] as string;
    const property = read(name);
    changeFile(context, (file) => change(file, property, undefined));
    yield* context.out(`Property "${name}" unset.\n`);
  },
};
