import type { ApiRequest, ApiResponse } from '../../../src/emulator/apiserver/request.ts';
import type { Sys } from '../../../src/emulator/host/syscalls.ts';
import kubectl from '../../../src/emulator/programs/kubectl/late.ts';

/** What a run of kubectl came to. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: test}}]
clusters: [{name: k, cluster: {server: "https://192.168.49.2:6443"}}]
users: [{name: u, user: {}}]
`;

/** Runs kubectl without a host: files are a table, and requests are answered by a function. */
export function runAlone(
  argv: readonly string[],
  answer: (request: ApiRequest) => ApiResponse,
  files: Readonly<Record<string, string>> = {},
): Ran {
  const out = { 1: '', 2: '' };
  const all: Record<string, string> = { '/root/.kube/config': KUBECONFIG, ...files };
  const sys = {
    pid: 1,
    host: 'test',
    now: 1_800_000_000_000_000,
    env: { HOME: '/root' },
    cwd: '/',
    chance: { number: () => 0.5, hex: () => '0', suffix: () => 'x' },
    files: {
      read: (path: string) => (all[path] === undefined ? 'ENOENT' : { text: all[path] }),
      stat: (path: string) =>
        all[path] === undefined ? 'ENOENT' : { type: 'file', size: 1, mode: 0o644, modified: 0 },
      list: () => 'ENOENT',
      write: () => undefined,
      makeDirectory: () => undefined,
      resolve: (path: string) => path,
    },
    *write(fd: 1 | 2, text: string) {
      out[fd] += text;
    },
    *read() {
      return null;
    },
    *api(request: ApiRequest) {
      return answer(request);
    },
    // oxlint-disable-next-line require-yield -- no time passes here
    *sleep() {},
    setPace: () => undefined,
  } as unknown as Sys;
  const process = kubectl.run(['kubectl', ...argv], sys);
  const step = process.next();
  return { stdout: out[1], stderr: out[2], exit: step.done ? step.value : -1 };
}

const resource = (kind: string, plural: string, group: string, short: string) => ({
  resource: plural,
  responseKind: { group, version: 'v1', kind },
  scope: 'Namespaced',
  singularResource: kind.toLowerCase(),
  verbs: ['get', 'list', 'create'],
  shortNames: [short],
});

/** Discovery of a few kinds. */
export function discovery(path: string): ApiResponse | undefined {
  const list = (items: object[]) => ({ status: 200, headers: {}, body: { items } as never });
  if (path === '/api') {
    const resources = [
      resource('Pod', 'pods', '', 'po'),
      resource('Service', 'services', '', 'svc'),
      resource('ReplicationController', 'replicationcontrollers', '', 'rc'),
    ];
    return list([{ metadata: {}, versions: [{ version: 'v1', resources }] }]);
  }
  if (path !== '/apis') return undefined;
  const resources = [
    resource('Deployment', 'deployments', 'apps', 'deploy'),
    resource('ReplicaSet', 'replicasets', 'apps', 'rs'),
  ];
  return list([{ metadata: { name: 'apps' }, versions: [{ version: 'v1', resources }] }]);
}
