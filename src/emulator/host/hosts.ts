import type { ApiServer, User } from '../apiserver/request.ts';
import type { Network } from '../network/api.ts';
import type { Json } from '../world/json.ts';
import type { World } from '../world/world.ts';
import { createFiles, type FileSystem } from './files.ts';
import { createImageTree, type ImageTree } from './image-tree.ts';
import { createSpecialFiles } from './special-files.ts';
import { createApiPath } from './kernel/api-path.ts';
import { createKernel, type Kernel } from './kernel/kernel.ts';
import { fileKey, sandboxKey, type Descriptor } from './kernel/records.ts';
import { canRestore, isAtRest } from './kernel/restore.ts';
import type { Running } from './kernel/state.ts';
import { startUnit } from './kernel/units.ts';
import type { Image, Sandbox } from './runtime-api.ts';
import type { ProgramSource } from './parts.ts';
import { isDaemon, type Credentials, type Executable, type Files, type Pid } from './syscalls.ts';
import { createTerminals, type Terminals } from './terminal/terminals.ts';

/** What the hosts are made of; `cluster/` knows all of it. */
export interface HostParts {
  readonly executables: readonly Executable[] | ProgramSource;
  readonly images: readonly Image[];
  readonly network: Network;
  readonly api: ApiServer;
  readonly authenticate: (credentials: Credentials | undefined) => User | undefined;
}

/** The hosts of a world: their processes, files and terminals. */
export interface Hosts {
  readonly kernel: Kernel;
  readonly terminals: Terminals;
  /** Makes a machine: its own sandbox, namespace and files. */
  addHost(name: string, image: string, user: string): void;
  files(host: string, sandbox?: string): Files;
  /** Starts a program on a host as root, detached (systemd's units). */
  start(host: string, argv: readonly string[]): Pid | undefined;
  /** Runs text in a shell; what it prints is collected. */
  script(text: string, place: ScriptWhere): StartedScript | undefined;
  image(reference: string): Image | undefined;
  /** Whether all processes could be made again from their records. */
  quiescent(): boolean;
  /** Whether all daemons are: what people run in terminals does not count. */
  atRest(): boolean;
  restore(): void;
}

/** A script that was started; what it printed lies in the kernel's sinks `out` and `err`. */
export interface StartedScript {
  readonly pid: Pid;
  readonly host: string;
  readonly out: number;
  readonly err: number;
  /** The shell that runs it; its `status` stays readable after it has ended. */
  readonly process: Running;
}

export interface ScriptWhere {
  readonly host: string;
  readonly sandbox: string;
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly shell: string;
}

/** References whose images are remembered. */
const KEPT = 500;

const SEARCH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin', '/'];

/** The hosts over a world and its network. */
export function createHosts(world: World, parts: HostParts): Hosts {
  const byName = sourceOf(parts.executables);
  let known = byName.size;
  let executablesOf = new WeakMap<Image, ReadonlyMap<string, string>>();
  let treesOf = new WeakMap<Image, ImageTree>();
  /** What is remembered of images holds until more programs are known. */
  const renew = () => {
    if (byName.size === known) return;
    known = byName.size;
    executablesOf = new WeakMap();
    treesOf = new WeakMap();
  };
  const byImage = new Map<string, Image>();
  for (const image of parts.images) for (const name of image.names) byImage.set(name, image);

  const byReference = new Map<string, Image | undefined>();
  const image = (reference: string) => {
    if (byReference.has(reference)) return byReference.get(reference);
    const found = findImage(byImage, reference);
    if (byReference.size >= KEPT) byReference.clear();
    byReference.set(reference, found);
    return found;
  };

  const fileSystem: FileSystem = {
    world,
    image,
    executables(image) {
      renew();
      const before = executablesOf.get(image);
      if (before) return before;
      const made = new Map<string, string>();
      for (const name of image.programs) {
        const paths = byName.get(name)?.paths ?? [];
        for (const path of paths.length > 0
          ? paths
          : SEARCH.slice(1, 2).map((each) => `${each}/${name}`))
          made.set(path, name);
      }
      executablesOf.set(image, made);
      return made;
    },
    tree(image) {
      renew();
      const before = treesOf.get(image);
      if (before) return before;
      const made = createImageTree(image, fileSystem.executables(image));
      treesOf.set(image, made);
      return made;
    },
    ...createSpecialFiles(world, parts.network, () => kernel),
  };
  const isServer = (owner: string) => {
    const [, host = '', pid = ''] = owner.split('/');
    return kernel.find(host, Number(pid))?.executable.name === 'kube-apiserver';
  };
  const kernel: Kernel = createKernel(world, {
    byName,
    network: parts.network,
    api: parts.api,
    authenticate: parts.authenticate,
    fileSystem,
    apiPath: createApiPath(parts.network, isServer),
    terminals: () => terminals,
  });
  const login = (host: string, id: string) => {
    const sandbox = kernel.sandbox(host, 'host');
    if (!sandbox) return undefined;
    const fd: Descriptor = { type: 'terminal', id };
    const made = kernel.spawn(host, ['bash', '-l'], {
      parent: 0,
      sandbox: 'host',
      user: sandbox.user,
      env: { ...sandbox.env },
      cwd: sandbox.cwd,
      fds: new Map([
        [0, fd],
        [1, fd],
        [2, fd],
      ]),
      terminal: id,
      login: true,
    });
    return typeof made === 'string' ? undefined : made;
  };
  const terminals = createTerminals(world, kernel, login);

  return {
    kernel,
    terminals,
    image,
    addHost(name, image, user) {
      const home = user === 'root' ? '/root' : `/home/${user}`;
      const sandbox: Sandbox = {
        id: 'host',
        host: name,
        netns: 'host',
        hostname: name,
        image,
        mounts: [],
        cwd: home,
        user,
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: home,
          USER: user,
          LOGNAME: user,
          SHELL: '/bin/bash',
          TERM: 'xterm-256color',
          LANG: 'C.UTF-8',
        },
      };
      const directory = { type: 'directory', mode: 0o755, modified: world.clock.now, owner: user };
      world.store.commit(world.cause('boot'), [
        { key: sandboxKey(name, 'host'), value: sandbox as unknown as Json },
        { key: fileKey(name, 'host', home), value: directory },
      ]);
      const where = { host: name, netns: 'host' };
      if (!parts.network.hasNetns(where)) parts.network.addNetns(where);
      parts.network.config(where).setLink('lo', { up: true });
    },
    files: (host, sandbox = 'host') =>
      createFiles(fileSystem, host, sandbox, { cwd: () => '/', user: 'root' }),
    start(host, argv) {
      const made = startUnit(kernel, host, argv);
      kernel.drain();
      return typeof made === 'string' ? undefined : made.pid;
    },
    script: (text, where) => startScript(kernel, text, where),
    quiescent: () =>
      !kernel.held && [...kernel.processes.values()].every((each) => canRestore(kernel, each)),
    atRest: () =>
      !kernel.held &&
      [...kernel.processes.values()].every((each) => !isDaemon(each.executable) || isAtRest(each)),
    restore() {
      terminals.forget();
      kernel.restore();
    },
  };
}

function sourceOf(executables: HostParts['executables']): ProgramSource {
  if ('get' in executables) return executables;
  return new Map(executables.map((each) => [each.name, each]));
}

function startScript(kernel: Kernel, text: string, where: ScriptWhere): StartedScript | undefined {
  const out = kernel.nextPipe++;
  const err = kernel.nextPipe++;
  kernel.sinks.set(out, { text: '' });
  kernel.sinks.set(err, { text: '' });
  let stdin: Descriptor = { type: 'null' };
  if (where.stdin !== undefined) {
    const id = kernel.nextPipe++;
    kernel.pipes.set(id, { buffer: where.stdin, readers: 0, writers: 0, waiters: new Set() });
    stdin = { type: 'pipe', id, end: 'read' };
  }
  const made = kernel.spawn(where.host, [where.shell, '-c', text], {
    parent: 0,
    sandbox: where.sandbox,
    user: where.user,
    env: where.env,
    cwd: where.cwd,
    fds: new Map<number, Descriptor>([
      [0, stdin],
      [1, { type: 'sink', id: out }],
      [2, { type: 'sink', id: err }],
    ]),
  });
  if (typeof made === 'string') return undefined;
  kernel.drain();
  return { pid: made.pid, host: where.host, out, err, process: made };
}

/** `docker.io/library/nginx:1.27` is `nginx`; a tag must exist where the image lists its tags. */
function findImage(images: ReadonlyMap<string, Image>, reference: string): Image | undefined {
  const bare = reference.replace(/@.*$/, '');
  const [, name = bare, tag = 'latest'] = /^(.*?)(?::([^/:]+))?$/.exec(bare) ?? [];
  const short = name.replace(/^(docker\.io|index\.docker\.io)\//, '').replace(/^library\//, '');
  // Tags such as `1.27-alpine` are of another image, which bears that word as its tag.
  const word = /(?:^|-)(alpine|npa)/.exec(tag)?.[1];
  const variant = word === undefined ? undefined : images.get(`${short}:${word}`);
  const image = variant ?? images.get(name) ?? images.get(short);
  if (!image) return undefined;
  return image.tags && !image.tags.includes(tag) ? undefined : image;
}
