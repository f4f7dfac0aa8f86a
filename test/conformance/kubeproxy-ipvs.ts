// Cases of kube-proxy in ipvs mode (suite conformance/kubeproxy).
import { planIpvs, type IpvsOptions, type IpvsPlan } from '../../src/emulator/proxy/ipvs/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type Family,
  type ServiceObject,
} from '../../src/emulator/proxy/services.ts';

interface Server {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly flags: number;
  readonly timeout: number;
  readonly scheduler: string;
  readonly realServers: readonly { address: string; port: number; weight: number }[];
}

interface Case {
  readonly id: string;
  readonly test: string;
  readonly sync?: number;
  readonly config: {
    readonly ipFamily: Family;
    readonly masqueradeAll: boolean;
    readonly nodeName: string;
    readonly nodePortAddresses: string;
    readonly scheduler: string;
    readonly topologyLabels: Readonly<Record<string, string>> | null;
  };
  readonly services: readonly ServiceObject[];
  readonly endpointSlices: readonly EndpointSliceObject[];
  readonly virtualServers: readonly Server[] | null;
  readonly ipsets: Readonly<Record<string, readonly string[] | null>> | null;
  readonly kubeIpvs0Addresses: readonly string[] | null;
  readonly iptablesRestore: string;
}

type Result = { id: string; outcome: 'pass' | 'fail'; detail?: string };

export const handles = (path: string): boolean => path === 'conformance/kubeproxy/ipvs.json';

export function* run(file: { cases: readonly Case[] }): Iterable<Result> {
  for (const each of file.cases) yield judge(each);
}

/** Addresses of the test's node, which a case does not tell: its NodePorts were opened on them. */
function nodeAddresses({ services, virtualServers }: Case): readonly string[] {
  const ports = new Set(services.flatMap(({ spec }) => spec.ports?.map((p) => p.nodePort) ?? []));
  const own = new Set(
    services.flatMap(({ spec, status }) => [
      spec.clusterIP,
      ...(spec.externalIPs ?? []),
      ...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip),
    ]),
  );
  const found = (virtualServers ?? []).filter(
    ({ address, port }) => ports.has(port) && !own.has(address),
  );
  return [...new Set(found.map(({ address }) => address))];
}

function options(each: Case): IpvsOptions {
  const { config, test } = each;
  return {
    family: config.ipFamily,
    node: { name: config.nodeName, labels: config.topologyLabels ?? {} },
    nodeIP: '100.101.102.103',
    nodeAddresses: nodeAddresses(each),
    masqueradeAll: config.masqueradeAll,
    // The fakes of these tests have no mark.
    masqueradeMark: '',
    nodePortAddresses: config.nodePortAddresses.replace(/[[\]]/g, '').split(' '),
    randomFully: /MasqueradeRule/.test(test) && /--random-fully/.test(each.iptablesRestore),
    scheduler: config.scheduler === '' ? 'rr' : config.scheduler,
  };
}

function judge(each: Case): Result {
  const { ipFamily, nodeName } = each.config;
  const plan = planIpvs(
    allServicePorts(each.services, ipFamily),
    endpointsByPort(each.endpointSlices, ipFamily, nodeName),
    options(each),
  );
  // The fakes name the sets of both families alike.
  const got = shown(plan).map((line) => line.replaceAll('KUBE-6-', 'KUBE-'));
  const wanted = recorded(each);
  if (got.join('\n') === wanted.join('\n')) return { id: each.id, outcome: 'pass' };
  const lines = [
    ...wanted.filter((line) => !got.includes(line)).map((line) => `- ${line}`),
    ...got.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ];
  return { id: each.id, outcome: 'fail', detail: lines.slice(0, 12).join('\n') };
}

const real = (list: readonly { address: string; port: number }[]) =>
  list
    .map(({ address, port }) => `${address}|${port}`)
    .sort()
    .join(' ');

function shown(plan: IpvsPlan): readonly string[] {
  const servers = plan.servers.map((server) => {
    const flags = (server.persistent === undefined ? 0 : 1) + (server.sourceHash ? 16 : 0);
    const { protocol, address, port, scheduler, realServers } = server;
    const timeout = server.persistent ?? 0;
    return (
      `server ${protocol} ${address}|${port} ${scheduler} ${flags} ${timeout} ` + real(realServers)
    );
  });
  const sets = plan.sets.flatMap(({ name, entries }) =>
    entries.map((entry) => `set ${name} ${entry}`),
  );
  const bound = plan.bound.map((address) => `bound ${address}`);
  return [...[...servers, ...sets, ...bound].sort(), ...lines(plan.nat + plan.filter)];
}

function recorded(each: Case): readonly string[] {
  const servers = (each.virtualServers ?? []).map((server) => {
    const { address, port, scheduler, flags, timeout, realServers } = server;
    const protocol = server.protocol.toLowerCase();
    return (
      `server ${protocol} ${address}|${port} ${scheduler} ${flags} ${timeout} ` + real(realServers)
    );
  });
  const sets = Object.entries(each.ipsets ?? {}).flatMap(([name, entries]) =>
    (entries ?? []).map((entry) => `set ${name} ${entry}`),
  );
  const bound = (each.kubeIpvs0Addresses ?? []).map((address) => `bound ${address}`);
  return [...[...servers, ...sets, ...bound].sort(), ...lines(each.iptablesRestore)];
}

/** Lines of rules, without blanks at the end. */
const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
