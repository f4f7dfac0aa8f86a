import { textOfOctets } from '../../../src/emulator/world/octets.ts';
import { deployment } from '../../../src/emulator/programs/kubectl/verbs/create/deployment.ts';
import { validateIngress } from '../../../src/emulator/programs/kubectl/verbs/create/ingress.ts';
import { validateService } from '../../../src/emulator/programs/kubectl/verbs/create/service.ts';
import {
  buildService,
  pairs,
} from '../../../src/emulator/programs/kubectl/verbs/expose/service.ts';
import { runAlone } from './alone.ts';
import { answer, refusal, same, type Case, type Judge, type Row } from './judge.ts';

/** Rows of the tests of `kubectl expose`. */
export function judgeExpose({ test, row }: Case): ReturnType<Judge> {
  if (test === 'TestGenerateService' || typeof row['expected'] === 'object')
    return judgeService(row);
  if (!row['args']) return judgeOverride(row);
  const flags = Object.entries(row['flags'] as Row).filter(([name]) => name !== 'generator');
  // The file is upstream's; what is in it is what the case's server answers with.
  const { filename } = row['flags'];
  const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'Service', ...row['input'] });
  const argv = [
    'expose',
    ...row['args'],
    '-n',
    row['ns'],
    ...flags.map(([name, value]) => `--${name}=${value}`),
  ];
  const kind = { pod: 'Pod', service: 'Service' }[row['args'][0] as string] ?? 'Service';
  const got = runAlone(
    argv,
    (request) => {
      const made = { apiVersion: 'v1', kind: 'Service', ...row['output'] };
      if (request.method === 'POST') return { status: 201, headers: {}, body: made };
      return answer(request, { apiVersion: 'v1', kind, ...row['input'] });
    },
    filename ? { [filename]: manifest } : {},
  );
  return same(got.stdout.trim(), row['expected']) === true || got.stdout + got.stderr;
}

/** Rows of the override tests name neither the service nor its flags: the test has them. */
function judgeOverride(row: Row): ReturnType<Judge> {
  const input = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'baz', namespace: 'test' },
    spec: { selector: { app: 'go' } },
  };
  const argv = [
    'expose',
    'service',
    'baz',
    '-n',
    'test',
    '--labels=svc=test',
    '--name=foo',
    '--port=14',
    '--protocol=UDP',
    '--dry-run=client',
    '-o',
    'yaml',
  ];
  argv.push(`--overrides=${row['overrides']}`);
  if (row['overrideType']) argv.push(`--override-type=${row['overrideType']}`);
  const got = runAlone(argv, (request) => answer(request, input));
  return same(got.stdout, row['expected']) === true || got.stdout + got.stderr;
}

function judgeService(row: Row): ReturnType<Judge> {
  const protocols = new Map<string, string[]>();
  for (const each of ((row['protocols'] ?? '') as string)
    .split(',')
    .filter((part) => part !== '')) {
    const [port = '', protocol = ''] = each.split('/');
    protocols.set(port, [...(protocols.get(port) ?? []), protocol]);
  }
  const want = row['expected'];
  const got = buildService({
    name: row['name'] ?? 'test',
    labels: row['labels'] ? pairs(row['labels']) : {},
    selector: pairs(row['selector']),
    ports: row['port'] ?? '',
    protocol: row['protocol'] ?? '',
    protocols,
    targetPort: row['targetPort'] ?? '',
    type: row['serviceType'] ?? '',
    clusterIP: row['clusterIP'] ?? '',
    externalIP: row['externalIP'] ?? '',
    sessionAffinity: row['sessionAffinity'] ?? '',
    loadBalancerIP: row['loadBalancerIP'] ?? '',
  });
  const { kind: _kind, apiVersion: _version, ...rest } = got;
  return same({ ...rest, metadata: { ...rest.metadata, name: want.metadata.name } }, want);
}

const subcommands: Readonly<Record<string, string>> = {
  ClusterIP: 'clusterip',
  NodePort: 'nodeport',
  LoadBalancer: 'loadbalancer',
  ExternalName: 'externalname',
};

/** Cases of `kubectl create` and of its checks. */
export function judgeCreate(each: Case): ReturnType<Judge> {
  const { function: what, options } = each as Case & { function: string; options: Row };
  const error = each['error']?.error as string | undefined;
  if (what === 'Validate') {
    const why = refusal(() => validate(options, each.test));
    return same(why ?? null, error ?? null);
  }
  if (what === 'createDeployment' && !options['images']) return judgeBare(each);
  const argv = createArguments(what, options);
  const got = runAlone(argv, (request) => answer(request, {}), filesOf(each));
  if (error) return got.stderr.includes(error) || got.stderr;
  if (got.exit !== 0) return got.stderr;
  const { ...object } = JSON.parse(got.stdout) as Row;
  const want = {
    kind: object['kind'],
    apiVersion: object['apiVersion'],
    ...(each['object'] as Row),
  };
  return same(object, want);
}

/** The command refuses to make a Deployment without an image; what makes it does not. */
function judgeBare({ options, object }: Case): ReturnType<Judge> {
  const flags = { list: () => [], number: (name: string) => (name === 'port' ? -1 : 0) };
  const made = deployment.build({ flags, args: [], dash: -1 } as never, options.name).next();
  const got = made.value as { metadata: object };
  const { namespace } = options;
  return same({ ...got, metadata: { ...got.metadata, namespace } }, object);
}

/**
 * Files that a ConfigMap is made from. The record has their names, not their texts: these are
 * written back from the result, which holds a file's bytes, or its lines by their keys, unchanged.
 */
function filesOf({ options, object }: Case): Record<string, string> {
  const files: Record<string, string> = {};
  const { data = {}, binaryData = {} } = (object ?? {}) as Row;
  for (const path of (options['fileSources'] ?? []) as string[]) {
    const name = path.split('/').at(-1) ?? '';
    if (binaryData[name]) files[path] = textOfOctets(Buffer.from(binaryData[name], 'base64'));
    else if (data[name] !== undefined) files[path] = data[name];
  }
  const sources = (options['envFileSources'] ?? []) as string[];
  const lines = Object.entries(data).map(([key, value]) => `${key}=${value as string}\n`);
  sources.forEach((path, index) => {
    files[path] = lines.slice(index, index === sources.length - 1 ? undefined : index + 1).join('');
  });
  return files;
}

function validate(options: Row, test: string): void {
  if (/Ingress/.test(test)) {
    validateIngress(
      options['rules'] ?? [],
      options['defaultBackend'] ?? '',
      options['annotations'] ?? [],
    );
  } else {
    validateService({
      type: options['type'] ?? '',
      clusterIP: options['clusterIP'] ?? '',
      tcp: options['tcp'] ?? [],
      externalName: options['externalName'] ?? '',
    });
  }
}

function createArguments(what: string, options: Row): string[] {
  const kind = what.replace('create', '').toLowerCase();
  const argv = ['create', kind];
  if (what === 'createService') argv.push(subcommands[options['type'] as string] ?? 'clusterip');
  argv.push(options['name'], '--dry-run=client', '-o', 'json');
  if (options['enforceNamespace']) argv.push('-n', options['namespace']);
  const single: Row = {
    image: 'image',
    schedule: 'schedule',
    restart: 'restart',
    ingressClass: 'class',
    defaultBackend: 'default-backend',
    clusterIP: 'clusterip',
  };
  for (const [option, flag] of Object.entries(single)) {
    if (options[option]) argv.push(`--${flag}=${options[option]}`);
  }
  const many: Row = {
    tcp: 'tcp',
    rules: 'rule',
    annotations: 'annotation',
    literalSources: 'from-literal',
    fileSources: 'from-file',
    envFileSources: 'from-env-file',
  };
  for (const [option, flag] of Object.entries(many)) {
    for (const value of options[option] ?? []) argv.push(`--${flag}=${value}`);
  }
  if (options['appendHash']) argv.push('--append-hash');
  if (options['command']) argv.push('--', ...options['command']);
  return argv;
}
