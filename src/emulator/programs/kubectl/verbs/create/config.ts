import { isErrno } from '../../../../host/errno.ts';
import { isBinary } from '../../../../world/octets.ts';
import type { Sys } from '../../../../host/syscalls.ts';
import { encodeBase64 } from '../../../../world/base64.ts';
import { goStrerror } from '../../go-errors.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { generatorCommand, type Generator } from '../../generator.ts';
import type { Obj } from '../../object.ts';
import { hashOf } from '../../hash.ts';

const DRY = '[--dry-run=server|client|none]';
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' " +
  "or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used " +
  "for validation is '[-._a-zA-Z0-9]+')";

/** Entries that `--from-literal`, `--from-file` and `--from-env-file` give. */
export function entriesOf(
  context: Context,
  kind: 'ConfigMap' | 'Secret',
  files: readonly string[] = context.flags.list('from-file'),
): Map<string, string> {
  const { flags, sys } = context;
  const entries = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      throw failed(`"${key}" is not a valid key name for a ${kind}: ${KEY_RULE}`);
    }
    if (entries.has(key)) {
      throw failed(
        `cannot add key "${key}", another key by that name already exists in ` +
          `Data for ${kind} "${context.args[0]}"`,
      );
    }
    entries.set(key, value);
  };
  const literals = flags.has('from-literal') ? flags.list('from-literal') : [];
  const envFiles = flags.has('from-env-file') ? flags.list('from-env-file') : [];
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0)) {
    throw failed('from-env-file cannot be combined with from-file or from-literal');
  }
  for (const literal of literals) add(...literalPair(literal));
  for (const source of files) addFile(sys, source, add);
  for (const path of envFiles) addEnvFile(sys, path, add);
  return entries;
}

function literalPair(text: string): [string, string] {
  const cut = text.indexOf('=');
  if (cut <= 0) {
    throw failed(`invalid literal source ${text}, expected key=value`);
  }
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function addFile(sys: Sys, source: string, add: (key: string, value: string) => void): void {
  const parts = source.split('=');
  if (parts.length > 2) throw failed("key names or file paths cannot contain '='");
  const [first = '', second] = parts;
  if (second !== undefined && first === '') {
    throw failed(`key name for file path ${second} missing`);
  }
  if (second === '') throw failed(`file path for key name ${first} missing`);
  const path = second ?? first;
  const stat = sys.files.stat(path);
  if (isErrno(stat)) throw failed(`error reading ${path}: ${goStrerror(stat)}`);
  if (stat.type !== 'directory') {
    add(second === undefined ? (path.split('/').at(-1) as string) : first, readText(sys, path));
    return;
  }
  if (second !== undefined) {
    throw failed('cannot give a key name for a directory path');
  }
  const names = sys.files.list(path);
  for (const name of isErrno(names) ? [] : [...names].sort()) {
    const inner = `${path.replace(/\/$/, '')}/${name}`;
    const child = sys.files.stat(inner);
    if (!isErrno(child) && child.type === 'file') add(name, readText(sys, inner));
  }
}

function readText(sys: Sys, path: string): string {
  const found = sys.files.read(path);
  if (isErrno(found)) throw failed(`open ${path}: ${goStrerror(found)}`);
  return found.text;
}

function addEnvFile(sys: Sys, path: string, add: (key: string, value: string) => void): void {
  const stat = sys.files.stat(path);
  if (isErrno(stat)) throw failed(`error reading ${path}: ${goStrerror(stat)}`);
  if (stat.type === 'directory') throw failed('env config file cannot be a directory');
  for (const [key, value] of envLines(sys, readText(sys, path))) add(key, value);
}

/** Lines `KEY=value`; a key alone takes the environment's value. */
export function envLines(sys: Sys, text: string): [string, string][] {
  const found: [string, string][] = [];
  text.split('\n').forEach((raw) => {
    const line = raw
      .replace(/^\ufeff/, '')
      .trimStart()
      .replace(/\r$/, '');
    if (line === '' || line.startsWith('#')) return;
    const cut = line.indexOf('=');
    const key = cut < 0 ? line : line.slice(0, cut);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
      throw failed(
        `"${key}" is not a valid key name: ` +
          'a valid environment variable name must consist of alphabetic ' +
          "characters, digits, '_', '-', or '.', and must not start with a digit " +
          "(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used " +
          "for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
      );
    }
    if (cut >= 0) found.push([key, line.slice(cut + 1)]);
    else if (sys.env[key] !== undefined) found.push([key, sys.env[key] ?? '']);
    else if (cut < 0) found.push([key, '']);
  });
  return found;
}

/** `kubectl create configmap`. */
export const configGenerators: readonly Generator[] = [
  {
    name: 'configmap',
    aliases: ['cm'],
    use: `create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] ${DRY}`,
    short: 'Create a config map from a local file, directory or literal value',
    flags: 'append-hash=false from-env-file=[] from-file=[] from-literal=[*]',
    namespaced: true,
    failure: 'failed to create configmap: ',
    *build(context, name) {
      const entries = [...entriesOf(context, 'ConfigMap')];
      const data = Object.fromEntries(entries.filter(([, value]) => !isBinary(value)));
      const binary = entries.filter(([, value]) => isBinary(value));
      const binaryData = Object.fromEntries(
        binary.map(([key, value]) => [key, encodeBase64(value)]),
      );
      const object: Obj = {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { name },
        ...(Object.keys(data).length > 0 && { data }),
        ...(binary.length > 0 && { binaryData }),
      };
      return named(context, object, name);
    },
  },
];

/** Puts the hash of the content behind the name where `--append-hash` asks for it. */
function named(context: Context, object: Obj, name: string): Obj {
  if (!context.flags.on('append-hash')) return object;
  return { ...object, metadata: { ...object.metadata, name: `${name}-${hashOf(object)}` } };
}

function secretObject(
  context: Context,
  name: string,
  type: string,
  data: ReadonlyMap<string, string>,
): Obj {
  const encoded = Object.fromEntries([...data].map(([key, value]) => [key, encodeBase64(value)]));
  const object: Obj = {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: { name },
    ...(data.size > 0 && { data: encoded }),
    ...(type !== '' && { type }),
  };
  return named(context, object, name);
}

function readFlagFile(context: Context, path: string): string {
  const found = context.sys.files.read(path);
  if (isErrno(found)) throw failed(`Cannot read file ${path}, open ${path}: ${goStrerror(found)}`);
  return found.text;
}

/** Whether there is such a PEM block in it (Go `tls.X509KeyPair`); the block is not read. */
function checkPem(text: string, wanted: string, what: string): void {
  const types = [...text.matchAll(/-----BEGIN ([^-]+)-----[^]*?-----END \1-----/g)].map(
    ([, type = '']) => type,
  );
  if (types.length === 0) throw failed(`tls: failed to find any PEM data in ${what} input`);
  const found = types.some((type) => type === wanted || type.endsWith(` ${wanted}`));
  if (found) return;
  const article =
    what === 'key' ? 'PEM block with type ending in "PRIVATE KEY"' : '"CERTIFICATE" PEM block';
  throw failed(
    `tls: failed to find ${article} in ${what} input after skipping PEM blocks of the ` +
      `following types: [${types.join(' ')}]`,
  );
}

const generic = generatorCommand({
  name: 'generic',
  use:
    'create secret generic NAME [--type=string] [--from-file=[key=]source] ' +
    `[--from-literal=key1=value1] ${DRY}`,
  short: 'Create a secret from a local file, directory, or literal value',
  flags: "append-hash=false from-env-file=[] from-file=[] from-literal=[*] type=''",
  namespaced: true,
  failure: 'failed to create secret ',
  *build(context, name) {
    return secretObject(context, name, context.flags.text('type'), entriesOf(context, 'Secret'));
  },
});

const tls = generatorCommand({
  name: 'tls',
  use: `create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file ${DRY}`,
  short: 'Create a TLS secret',
  flags: "append-hash=false cert='' key=''",
  namespaced: true,
  failure: 'failed to create secret ',
  *build(context, name) {
    const [cert, key] = [context.flags.text('cert'), context.flags.text('key')];
    if (cert === '' || key === '') throw failed('key and cert must be specified');
    const data = new Map([
      ['tls.crt', readFlagFile(context, cert)],
      ['tls.key', readFlagFile(context, key)],
    ]);
    checkPem(data.get('tls.crt') as string, 'CERTIFICATE', 'certificate');
    checkPem(data.get('tls.key') as string, 'PRIVATE KEY', 'key');
    return secretObject(context, name, 'kubernetes.io/tls', data);
  },
});

const dockerRegistry = generatorCommand({
  name: 'docker-registry',
  use:
    'create secret docker-registry NAME --docker-username=user ' +
    '--docker-password=password --docker-email=email ' +
    `[--docker-server=string] [--from-file=[key=]source] ${DRY}`,
  short: 'Create a secret for use with a Docker registry',
  flags:
    "append-hash=false docker-email='' docker-password='' " +
    "docker-server='https://index.docker.io/v1/' " +
    "docker-username='' from-file=[]",
  namespaced: true,
  failure: 'failed to create secret ',
  *build(context, name) {
    const { flags } = context;
    const [username, password] = [flags.text('docker-username'), flags.text('docker-password')];
    const email = flags.text('docker-email');
    const type = 'kubernetes.io/dockerconfigjson';
    const files = flags.list('from-file');
    if (files.length > 0) {
      const keyed = files.map((file) => (file.includes('=') ? file : `.dockerconfigjson=${file}`));
      return secretObject(context, name, type, entriesOf(context, 'Secret', keyed));
    }
    if (username === '' || password === '' || flags.text('docker-server') === '') {
      throw failed(
        'either --from-file or the combination of --docker-username, ' +
          '--docker-password and --docker-server is required',
      );
    }
    const auth = encodeBase64(`${username}:${password}`);
    const entry = { username, password, ...(email !== '' && { email }), auth };
    const config = JSON.stringify({ auths: { [flags.text('docker-server')]: entry } });
    return secretObject(context, name, type, new Map([['.dockerconfigjson', config]]));
  },
});

/** `kubectl create secret generic|tls|docker-registry`. */
export const secret: Command = {
  name: 'secret',
  use: 'create secret (docker-registry | generic | tls)',
  short: 'Create a secret using a specified subcommand',
  commands: [dockerRegistry, generic, tls],
};
