// Truth tables of network policies (suite conformance/networkpolicy).
import type { Labels } from '../../src/emulator/apimachinery/object.ts';
import { compile, type Compiled } from '../../src/emulator/policy/compile.ts';
import {
  clusterNetworkPolicy,
  type ClusterNetworkPolicyObject,
} from '../../src/emulator/policy/kinds/clusternetworkpolicy.ts';
import {
  networkPolicy,
  type NetworkPolicyObject,
} from '../../src/emulator/policy/kinds/networkpolicy.ts';
import type { ContainerPort, PolicyPod, Protocol } from '../../src/emulator/policy/types.ts';
import { verdict, type Behaviour } from '../../src/emulator/policy/verdict.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

interface RecordedPod {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: Labels | null;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork?: boolean;
}

interface RecordedCluster {
  readonly namespaces: Readonly<Record<string, Labels | null>>;
  readonly pods: readonly RecordedPod[];
}

interface Step {
  readonly cluster?: RecordedCluster;
  readonly policies: readonly NetworkPolicyObject[] | null;
  readonly pods: readonly string[];
  readonly probe: { readonly port?: number | string };
  readonly tables: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

interface TableCase extends Step {
  readonly id: string;
  readonly steps?: readonly Step[];
}

interface ConnectCase {
  readonly id: string;
  readonly policies: readonly ClusterNetworkPolicyObject[];
  readonly networkPolicies: readonly NetworkPolicyObject[] | null;
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly from: string;
  readonly to: string;
  readonly toIP: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly connect: boolean;
}

interface CaseFile {
  readonly file: string;
  readonly cluster?: RecordedCluster;
  readonly pods?: readonly RecordedPod[];
  readonly cases: readonly never[];
}

const FILES =
  /networkpolicy\/(cyclonus|cyclonus-recipes|kubernetes-e2e|cluster-network-policy)\.json$/;
/** The recorders' evaluators ask the policies about a pod's traffic to itself as well. */
const asked: Behaviour = { itself: 'asked', ownNode: 'allowed' };

export const handles = (path: string): boolean => FILES.test(path);

export function* run(file: CaseFile): Iterable<Result> {
  for (const each of file.cases) {
    if (file.file === 'cluster-network-policy') yield connect(each, file.pods ?? []);
    else yield tables(each, file.cluster);
  }
}

function podOf({ namespace, name, ip, labels, ports, hostNetwork }: RecordedPod): PolicyPod {
  const addresses = ip === '' ? [] : [ip];
  return {
    namespace,
    name,
    labels: labels ?? {},
    addresses,
    ports,
    ...(hostNetwork ? { hostNetwork, node: ip } : {}),
  };
}

function namespacesOf(namespaces: Readonly<Record<string, Labels | null>>) {
  return Object.entries(namespaces).map(([name, labels]) => ({ name, labels: labels ?? {} }));
}

function connect(each: ConnectCase, pods: readonly RecordedPod[]): Result {
  const { namespaces, policies, networkPolicies, from, to, protocol, port } = each;
  const compiled = compile({
    policies: [
      ...policies.map(clusterNetworkPolicy),
      ...(networkPolicies ?? []).map(networkPolicy),
    ],
    pods: pods.map(podOf),
    namespaces: namespacesOf(namespaces),
  });
  const destination = compiled.pods.has(to) ? { pod: to } : { address: each.toIP };
  const got = verdict(compiled, { source: { pod: from }, destination, protocol, port });
  if (got.allowed === each.connect) return { id: each.id, outcome: 'pass' };
  return { id: each.id, outcome: 'fail', detail: JSON.stringify(got) };
}

function tables(each: TableCase, clean: RecordedCluster | undefined): Result {
  const wrong: string[] = [];
  (each.steps ?? [each]).forEach((step, index) => {
    const cluster = step.cluster ?? clean;
    if (!cluster) throw new Error(`${each.id}: no cluster`);
    const compiled = compile({
      policies: (step.policies ?? []).map(networkPolicy),
      pods: cluster.pods.map(podOf),
      namespaces: namespacesOf(cluster.namespaces),
    });
    for (const [name, table] of Object.entries(step.tables)) {
      for (const [kind, rows] of Object.entries(table)) {
        const got = tableOf(compiled, step.pods, name, kind, cluster);
        if (got.join() !== rows.join()) {
          wrong.push(
            `step ${index + 1} ${name} ${kind}:`,
            ...got.map((row, at) => `${row} ${rows[at]}`),
          );
        }
      }
    }
  });
  if (wrong.length === 0) return { id: each.id, outcome: 'pass' };
  return { id: each.id, outcome: 'fail', detail: wrong.slice(0, 24).join('\n') };
}

/** A table as recorded: `.` allowed, `X` blocked, `!` nobody listens, `P` no such port. */
function tableOf(
  compiled: Compiled,
  pods: readonly string[],
  name: string,
  kind: string,
  cluster: RecordedCluster,
): string[] {
  const [protocol = 'TCP', port = ''] = name.split('/') as [Protocol, string];
  return pods.map((from) =>
    pods
      .map((to) => {
        const target = cluster.pods.find((pod) => `${pod.namespace}/${pod.name}` === to);
        const same = (each: ContainerPort) => each.protocol === protocol;
        const open = target?.ports.find((each) =>
          /^\d+$/.test(port) ? each.port === Number(port) && same(each) : each.name === port,
        );
        if (!open) return /^\d+$/.test(port) ? '!' : 'P';
        const flow = { source: { pod: from }, destination: { pod: to }, protocol, port: open.port };
        const { allowed, ingress, egress } = verdict(compiled, flow, asked);
        const verdicts: Readonly<Record<string, boolean>> = {
          combined: allowed,
          ingress: ingress.allowed,
          egress: egress.allowed,
        };
        return verdicts[kind] ? '.' : 'X';
      })
      .join(''),
  );
}
