import { isErrno } from '../../host/errno.ts';
import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { rfc3339Micro, SECOND } from '../../world/time.ts';
import { runIn } from '../namespaces.ts';
import { inspectContainer, inspectPod } from './inspect.ts';
import { containers, images, sandboxes, type Container, type PodSandbox } from './store.ts';
import { containerTable, imageTable, podTable, stateOf } from './tables.ts';

/** crictl v1.34: a client of the container runtime. */
const program: ProgramCode = {
  run,
};

export default program;

const SOCKET = '/run/containerd/containerd.sock';
const VERSION = 'v1.34.0';

interface Line {
  readonly sys: Sys;
  readonly runtime: ContainerRuntime;
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** Flags of each command: `s` has a value, `b` has none; long names are what they are called. */
interface Spec {
  readonly flags: Readonly<Record<string, readonly ['b' | 's', string]>>;
  run(line: Line): Call<number>;
}

const quietAndAll = {
  q: ['b', 'quiet'],
  quiet: ['b', 'quiet'],
  'no-trunc': ['b', 'no-trunc'],
  o: ['s', 'output'],
  output: ['s', 'output'],
} as const;

const commands: Readonly<Record<string, Spec>> = {
  ps: {
    flags: {
      ...quietAndAll,
      a: ['b', 'all'],
      all: ['b', 'all'],
      name: ['s', 'name'],
      namespace: ['s', 'namespace'],
      p: ['s', 'pod'],
      pod: ['s', 'pod'],
      s: ['s', 'state'],
      state: ['s', 'state'],
      n: ['s', 'last'],
      last: ['s', 'last'],
      l: ['b', 'latest'],
      latest: ['b', 'latest'],
    },
    run: ps,
  },
  pods: {
    flags: { ...quietAndAll, name: ['s', 'name'], namespace: ['s', 'namespace'] },
    run: pods,
  },
  images: { flags: quietAndAll, run: listImages },
  inspect: { flags: { o: ['s', 'output'], output: ['s', 'output'] }, run: inspect },
  inspectp: { flags: { o: ['s', 'output'], output: ['s', 'output'] }, run: inspectp },
  logs: {
    flags: {
      tail: ['s', 'tail'],
      t: ['b', 'timestamps'],
      timestamps: ['b', 'timestamps'],
      f: ['b', 'follow'],
      follow: ['b', 'follow'],
    },
    run: logs,
  },
  exec: {
    flags: {
      i: ['b', 'interactive'],
      t: ['b', 'tty'],
      it: ['b', 'tty'],
      s: ['b', 'sync'],
      sync: ['b', 'sync'],
    },
    run: exec,
  },
  stop: { flags: { t: ['s', 'timeout'], timeout: ['s', 'timeout'] }, run: stop },
  version: { flags: {}, run: version },
  info: { flags: { o: ['s', 'output'], output: ['s', 'output'] }, run: info },
};
const synonyms: Readonly<Record<string, string>> = { image: 'images', img: 'images', p: 'pods' };

const unmodelled = new Set(
  (
    'attach checkpoint completion config create events help imagefsinfo inspecti metricdescs ' +
    'metricsp port-forward pull rm rmi rmp run runp runtime-config start stats statsp stopp ' +
    'update update-runtime-config'
  ).split(' '),
);

function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  while (/^-/.test(words[0] ?? '')) {
    const word = words.shift() as string;
    if (word === '--version' || word === '-v') {
      yield* sys.write(1, `crictl version ${VERSION}\n`);
      return 0;
    }
    if (/^(-r|-i|-t|-c|--(runtime-endpoint|image-endpoint|timeout|config))$/.test(word)) {
      words.shift();
    } else if (!/^(-D|--debug)$|=/.test(word)) {
      yield* sys.write(2, `flag provided but not defined: ${word.replace(/^-+/, '-')}\n`);
      return 1;
    }
  }
  const [given = '', ...rest] = words;
  const name = synonyms[given] ?? given;
  const command = commands[name];
  if (!command) {
    if (unmodelled.has(name) || name === '') {
      yield* sys.write(2, `crictl: ${name === '' ? 'help' : name} is not modelled here\n`);
      return 2;
    }
    yield* sys.write(2, `FATA[0000] command "${name}" not found                      \n`);
    return 1;
  }
  const flags = readFlags(rest, command);
  if (typeof flags === 'string') {
    yield* sys.write(2, `FATA[0000] ${flags}\n`);
    return 1;
  }
  const { runtime } = sys;
  const daemon = runtime?.record<number>('containerd');
  if (!runtime || daemon === undefined || !runtime.isAlive(daemon)) {
    return yield* noRuntime(sys, runtime ? 'no such file or directory' : 'permission denied');
  }
  return yield* command.run({ sys, runtime, ...flags });
}

function readFlags(
  words: readonly string[],
  { flags: known }: Spec,
): Pick<Line, 'flags' | 'words'> | string {
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!word.startsWith('-') || word === '-') return { flags, words: words.slice(at) };
    if (word === '--') return { flags, words: words.slice(at + 1) };
    const [, name = '', tied] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const spec = known[name];
    if (!spec) return `flag provided but not defined: -${name}`;
    const [kind, key] = spec;
    const value = kind === 'b' ? 'true' : (tied ?? words[++at]);
    if (value === undefined) return `flag needs an argument: -${name}`;
    flags.set(key, value);
  }
  return { flags, words: [] };
}

function* noRuntime(sys: Sys, why: string): Call<number> {
  yield* sys.write(
    2,
    'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint ' +
      `"unix://${SOCKET}": rpc error: code = Unavailable desc = connection error: desc = ` +
      `"transport: Error while dialing: dial unix ${SOCKET}: connect: ${why}" \n`,
  );
  return 1;
}

const print = (sys: Sys, value: unknown): Call<unknown> =>
  sys.write(1, `${JSON.stringify(value, undefined, 2)}\n`);

function* ps({ sys, runtime, flags, words }: Line): Call<number> {
  const [prefix] = words;
  const state = flags.get('state')?.toLowerCase();
  const all = containers(runtime).filter(
    (each) =>
      (flags.has('all') || flags.has('last') || flags.has('latest') || state !== undefined
        ? state === undefined || stateOf(each).toLowerCase() === state
        : each.running) &&
      (prefix === undefined || each.id.startsWith(prefix)) &&
      new RegExp(flags.get('name') ?? '').test(each.name) &&
      each.sandbox.id.startsWith(flags.get('pod') ?? '') &&
      (flags.get('namespace') ?? each.sandbox.pod.metadata.namespace) ===
        each.sandbox.pod.metadata.namespace,
  );
  const most = flags.has('latest') ? 1 : Number(flags.get('last') ?? Infinity);
  const chosen = all.slice(0, most);
  if (flags.has('quiet')) {
    yield* sys.write(1, chosen.map(({ id }) => `${id}\n`).join(''));
    return 0;
  }
  if (flags.get('output') === 'json') {
    const list = chosen.map((each) => {
      const { status } = inspectContainer(runtime, each) as unknown as { status: object };
      return { ...status, podSandboxId: each.sandbox.id };
    });
    yield* print(sys, { containers: list });
    return 0;
  }
  yield* sys.write(1, containerTable(chosen, sys.now, flags.has('no-trunc')));
  return 0;
}

function* pods({ sys, runtime, flags, words }: Line): Call<number> {
  const chosen = sandboxes(runtime).filter(
    ({ id, pod }) =>
      id.startsWith(words[0] ?? '') &&
      new RegExp(flags.get('name') ?? '').test(pod.metadata.name) &&
      (flags.get('namespace') ?? pod.metadata.namespace) === pod.metadata.namespace,
  );
  if (flags.has('quiet')) yield* sys.write(1, chosen.map(({ id }) => `${id}\n`).join(''));
  else if (flags.get('output') === 'json') {
    const list = chosen.map(
      (each) => (inspectPod(runtime, each) as unknown as { status: object }).status,
    );
    yield* print(sys, { items: list });
  } else yield* sys.write(1, podTable(chosen, sys.now, flags.has('no-trunc')));
  return 0;
}

function* listImages({ sys, runtime, flags, words }: Line): Call<number> {
  const names = images(runtime).filter((name) => name.includes(words[0] ?? ''));
  yield* sys.write(1, imageTable(runtime, names, flags.has('no-trunc')));
  return 0;
}

/** The container of an id's beginning; a complaint where there is none. */
function* containerOf({ sys, runtime, words }: Line, what: string): Call<Container | undefined> {
  const [id] = words;
  if (id === undefined) {
    yield* sys.write(2, 'FATA[0000] ID cannot be empty                       \n');
    return undefined;
  }
  const found = containers(runtime).find((each) => each.id.startsWith(id));
  if (!found) {
    const why = `rpc error: code = NotFound desc = an error occurred when try to find container`;
    yield* sys.write(2, `FATA[0000] ${what}: ${why} "${id}": not found\n`);
  }
  return found;
}

function* inspect(line: Line): Call<number> {
  const found = yield* containerOf(line, 'getting the status of the container');
  if (!found) return 1;
  yield* print(line.sys, inspectContainer(line.runtime, found));
  return 0;
}

function* inspectp({ sys, runtime, words }: Line): Call<number> {
  const [id = ''] = words;
  const found: PodSandbox | undefined = sandboxes(runtime).find(
    (each) => id !== '' && each.id.startsWith(id),
  );
  if (!found) {
    const why = 'rpc error: code = NotFound desc = an error occurred when try to find sandbox';
    yield* sys.write(
      2,
      `FATA[0000] getting the pod sandbox status for pod sandbox "${id}": ${why}: not found\n`,
    );
    return 1;
  }
  yield* print(sys, inspectPod(runtime, found));
  return 0;
}

function* logs(line: Line): Call<number> {
  const { sys, runtime, flags } = line;
  const found = yield* containerOf(line, 'getting the status of the container');
  if (!found) return 1;
  let shown = 0;
  const tail = flags.get('tail');
  for (let first = true; first || flags.has('follow'); first = false) {
    const all = runtime.logs(found.id);
    if (first && tail !== undefined) shown = Math.max(0, all.length - Number(tail));
    for (const { at, stream, text } of all.slice(shown)) {
      const stamp = flags.has('timestamps') ? `${rfc3339Micro(at)} ` : '';
      yield* sys.write(stream === 'stdout' ? 1 : 2, `${stamp}${text}`);
    }
    shown = all.length;
    if (flags.has('follow')) yield* sys.sleep(SECOND / 5);
  }
  return 0;
}

function* exec(line: Line): Call<number> {
  const { sys, words } = line;
  const found = yield* containerOf(line, 'execing command in container');
  if (!found) return 1;
  const command = words.slice(1);
  if (command.length === 0) {
    yield* sys.write(2, 'FATA[0000] not enough arguments                     \n');
    return 1;
  }
  if (!found.running) {
    const why = 'container is in CONTAINER_EXITED state';
    yield* sys.write(2, `FATA[0000] execing command in container: ${why}\n`);
    return 1;
  }
  const ended = yield* runIn(sys, found.id, command);
  if (!isErrno(ended)) {
    if (ended !== 0) {
      const why = `command terminated with exit code ${ended}`;
      yield* sys.write(2, `FATA[0000] execing command in container: ${why} \n`);
    }
    return ended === 0 ? 0 : 1;
  }
  const name = command[0] ?? '';
  const why =
    'failed to start exec: OCI runtime exec failed: exec failed: unable to start container ' +
    `process: exec: "${name}": executable file not found in $PATH`;
  yield* sys.write(2, `FATA[0000] execing command in container: ${why} \n`);
  return 1;
}

function* stop(line: Line): Call<number> {
  const { sys, runtime, words } = line;
  const found = yield* containerOf(line, 'stopping the container');
  if (!found) return 1;
  runtime.signal(found.id, 'TERM');
  yield* sys.write(1, `${words[0]}\n`);
  return 0;
}

function* version({ sys }: Line): Call<number> {
  yield* sys.write(
    1,
    'Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.1.4\nRuntimeApiVersion:  v1\n',
  );
  return 0;
}

const NO_CONFIG =
  'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not ' +
  'initialized: failed to load cni config';

function* info({ sys, runtime }: Line): Call<number> {
  const configs = runtime.files('host').list('/etc/cni/net.d');
  const ready = !isErrno(configs) && configs.some((name) => /\.(conf|conflist|json)$/.test(name));
  const network = ready
    ? { message: '', reason: '', status: true, type: 'NetworkReady' }
    : {
        message: 'Network plugin returns error: cni plugin not initialized',
        reason: 'NetworkPluginNotReady',
        status: false,
        type: 'NetworkReady',
      };
  const conditions = [{ message: '', reason: '', status: true, type: 'RuntimeReady' }, network];
  yield* print(sys, {
    cniconfig: {
      PluginConfDir: '/etc/cni/net.d',
      PluginDirs: ['/opt/cni/bin'],
      PluginMaxConfNum: 1,
    },
    lastCNILoadStatus: ready ? 'OK' : NO_CONFIG,
    status: { conditions },
  });
  return 0;
}
