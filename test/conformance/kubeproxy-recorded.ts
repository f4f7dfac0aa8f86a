// Rules that the real kube-proxy wrote (suite oracle/kubeproxy): Services and Pods of the recorded
// session are followed by their manifests and tables, and our rules are compared with the real
// ones.
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import { parse } from '../../src/emulator/network/netfilter/iptables/parse.ts';
import { print } from '../../src/emulator/network/netfilter/iptables/print.ts';
import {
  noRules,
  tableOrder,
  findTable,
} from '../../src/emulator/network/netfilter/iptables/tables.ts';
import { runIptables, type ToolHost } from '../../src/emulator/network/netfilter/iptables/tool.ts';
import { withCanaries, withJumps, withPlan } from '../../src/emulator/proxy/iptables/load.ts';
import { jumpRules, kubeletJumpRules, plan } from '../../src/emulator/proxy/iptables/plan.ts';
import { createSession } from './kubectl/proxy-session.ts';
import type { Recording } from './recording.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ServiceObject,
} from '../../src/emulator/proxy/services.ts';

export interface Step {
  readonly cmd?: string;
  readonly node?: string;
  readonly stdin?: string | null;
  readonly stdout?: string;
  readonly note?: string;
}

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };
type Fields = { [name: string]: unknown };

export const handles = (path: string): boolean => path === 'oracle/kubeproxy/iptables.json';

/** What the session has made so far. */
export interface State {
  readonly services: Map<string, Fields>;
  readonly pods: Map<
    string,
    { labels: { [name: string]: string }; ports: { name?: string; containerPort: number }[] }
  >;
  running: { name: string; ip: string; node: string; ready: boolean }[];
}

export function* run(file: Recording & { readonly steps: readonly Step[] }): Iterable<Result> {
  const state: State = { services: new Map(), pods: new Map(), running: [] };
  for (const text of file.setup) apply(state, text);
  const session = createSession(file, 'iptables');
  for (const [index, step] of file.steps.entries()) {
    if (step.note !== undefined) session.note(step, file.steps.slice(index));
    if (step.cmd === undefined) continue;
    if (step.cmd.startsWith('iptables')) {
      yield judge(state, step);
      continue;
    }
    if (step.cmd.startsWith('kubectl')) follow(state, step);
    const detail = session.run(step);
    if (detail === '') yield { id: '', outcome: 'pass' };
    else yield { id: '', outcome: 'fail', detail: `$ ${step.cmd}\n${detail}` };
  }
}

export function apply(state: State, text: string): void {
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as Fields | null;
    if (!object) continue;
    const metadata = object['metadata'] as { name: string; labels?: { [name: string]: string } };
    if (object['kind'] === 'Service') state.services.set(metadata.name, object);
    if (object['kind'] !== 'Pod') continue;
    const spec = object['spec'] as {
      containers: { ports?: { name?: string; containerPort: number }[] }[];
    };
    const ports = spec.containers.flatMap((container) => container.ports ?? []);
    state.pods.set(metadata.name, { labels: metadata.labels ?? {}, ports });
  }
}

export function follow(state: State, { cmd = '', stdin, stdout = '' }: Step): void {
  const patch = /^kubectl patch svc (\S+) .*-p '(.*)'$/.exec(cmd);
  if (cmd.startsWith('kubectl apply')) apply(state, stdin ?? '');
  else if (patch) {
    const service = state.services.get(patch[1] as string) ?? {};
    state.services.set(patch[1] as string, merge(service, parseYaml(patch[2] as string)) as Fields);
  } else if (cmd === 'kubectl get pods -o wide') {
    state.running = stdout
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map((line) => {
        const [name = '', ready = '', , , , ip = '', node = ''] =
          line.split(/\s{2,}|\s+\(.*?\)\s+|\s+/);
        return { name, ip, node, ready: ready === '1/1' };
      });
  } else if (cmd === 'kubectl get svc -o wide') {
    for (const line of stdout.split('\n').slice(1).filter(Boolean)) {
      const [name = '', , clusterIP = ''] = line.split(/\s+/);
      const service = state.services.get(name);
      const spec = { ...(service?.['spec'] as Fields) };
      if (service && /^\d/.test(clusterIP))
        state.services.set(name, { ...service, spec: { ...spec, clusterIP } });
    }
  }
}

function merge(old: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const merged: Fields = { ...(old as Fields) };
  for (const [name, value] of Object.entries(change)) merged[name] = merge(merged[name], value);
  return merged;
}

/** The slice that the endpoint slice controller makes for a Service. */
export function sliceOf(
  state: State,
  name: string,
  service: Fields,
): EndpointSliceObject | undefined {
  const spec = service['spec'] as {
    selector?: { [name: string]: string };
    ports?: { name?: string; protocol?: string; port: number; targetPort?: number | string }[];
  };
  if (!spec.selector) return undefined;
  const selector = Object.entries(spec.selector);
  const chosen = state.running.filter(({ name: pod, ip }) => {
    const labels = state.pods.get(pod)?.labels ?? {};
    return /^\d/.test(ip) && selector.every(([key, value]) => labels[key] === value);
  });
  const named = (target: string) =>
    chosen.map(
      ({ name: pod }) =>
        state.pods.get(pod)?.ports.find((port) => port.name === target)?.containerPort,
    )[0];
  return {
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: chosen.map(({ ip, node, ready }) => ({
      addresses: [ip],
      conditions: { ready, serving: ready, terminating: false },
      nodeName: node,
    })),
    ports: (spec.ports ?? []).map(({ name: port, protocol, port: number, targetPort = number }) => {
      const target = typeof targetPort === 'number' ? targetPort : named(targetPort);
      return {
        ...(port ? { name: port } : {}),
        protocol: protocol ?? 'TCP',
        ...(target === undefined ? {} : { port: target }),
      };
    }),
  };
}

export const kubernetes = {
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
};

export const apiServer: EndpointSliceObject = {
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'kubernetes' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['192.168.49.2'], conditions: { ready: true } }],
  ports: [{ name: 'https', port: 6443 }],
};

function loaded(state: State, node: string) {
  const services = [...state.services].map(([name, object]) => ({
    ...object,
    metadata: { ...(object['metadata'] as Fields), name, namespace: 'default' },
  })) as unknown as ServiceObject[];
  const slices = [...state.services].flatMap(
    ([name, object]) => sliceOf(state, name, object) ?? [],
  );
  const planned = plan(
    allServicePorts([...services, kubernetes], 'IPv4'),
    endpointsByPort([...slices, apiServer], 'IPv4', node),
    {
      family: 'IPv4',
      node: { name: node, labels: {} },
      nodeIP: node === 'worker-1' ? '192.168.49.3' : '192.168.49.4',
      nodeAddresses: [],
      localTraffic: { ifLocal: '-s 10.244.0.0/16', ifNotLocal: '! -s 10.244.0.0/16' },
      masqueradeAll: false,
      masqueradeMark: '0x4000',
      localhostNodePorts: true,
      nodePortAddresses: [],
      randomFully: true,
      tcpLiberal: false,
      nfacct: { invalid: true, localhost: true },
    },
  );
  return withPlan(withJumps(withCanaries(noRules), [...jumpRules, ...kubeletJumpRules]), planned);
}

function judge(state: State, { cmd = '', node = 'worker-1', stdout = '' }: Step): Result {
  const rules = loaded(state, node);
  const [name, ...words] = cmd.split(/\s+/);
  let got: string;
  let wanted = stdout;
  if (name === 'iptables-save') {
    const table = tableOrder.find((each) => words.includes(each));
    const found = table && findTable(rules, table);
    got = print({ tables: found ? [found] : rules.tables });
    const parsed = parse(stdout);
    wanted = parsed.ok ? print(parsed.rules) : stdout;
  } else {
    const host: ToolHost = {
      backend: 'nf_tables',
      rules,
      counters: () => ({ policy: { packets: 0, bytes: 0 }, rules: [] }),
      // The recorded machine had Debian's /etc/networks.
      hostName: (address) => (address === '127.0.0.0' ? 'loopback' : undefined),
    };
    got = runIptables('iptables', words, host).stdout;
  }
  const [a, b] = [sorted(got), sorted(wanted)];
  if (a.join('\n') === b.join('\n')) return { id: '', outcome: 'pass' };
  const lines = [
    `$ ${cmd}`,
    ...b.filter((line) => !a.includes(line)).map((line) => `- ${line}`),
    ...a.filter((line) => !b.includes(line)).map((line) => `+ ${line}`),
  ];
  return { id: '', outcome: 'fail', detail: lines.slice(0, 14).join('\n') };
}

/** The real kube-proxy takes Services in no order, so rules are compared as a set of lines. */
function sorted(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^ *\d+ +\d+ (?=\S* +(?:\d+|all) +--)/, ''))
    .sort();
}
