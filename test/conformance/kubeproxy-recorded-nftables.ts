// Rules that the real kube-proxy wrote in nftables mode (suite oracle/kubeproxy): the recorded
// session is followed, synced where something changed, and asked by our nft.
import { noTables, type NftRuleset } from '../../src/emulator/network/netfilter/nftables/ast.ts';
import { nothingLive } from '../../src/emulator/network/netfilter/nftables/print.ts';
import { runNft } from '../../src/emulator/network/netfilter/nftables/tool.ts';
import { withPlan, type StaleChains } from '../../src/emulator/proxy/nftables/load.ts';
import { plan, type NftablesOptions } from '../../src/emulator/proxy/nftables/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type Family,
  type ServiceObject,
} from '../../src/emulator/proxy/services.ts';
import { createSession } from './kubectl/proxy-session.ts';
import type { Recording } from './recording.ts';
import {
  apiServer,
  apply,
  follow,
  kubernetes,
  sliceOf,
  type State,
  type Step,
} from './kubeproxy-recorded.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

export const handles = (path: string): boolean => path === 'oracle/kubeproxy/nftables.json';

const SECOND = 1_000_000;

interface Proxy {
  rules: NftRuleset;
  readonly stale: { [family: string]: StaleChains };
  now: number;
  input: string;
}

export function* run(file: Recording & { readonly steps: readonly Step[] }): Iterable<Result> {
  const state: State = { services: new Map(), pods: new Map(), running: [] };
  const proxy: Proxy = { rules: noTables, stale: {}, now: 0, input: '' };
  for (const text of file.setup) apply(state, text);
  const session = createSession(file, 'nftables');
  for (const [index, step] of file.steps.entries()) {
    if (step.note !== undefined) session.note(step, file.steps.slice(index));
    if (step.cmd === undefined) continue;
    if (step.cmd.startsWith('nft ')) {
      sync(state, proxy, (step as Step).node ?? 'worker-1');
      yield judge(proxy.rules, step);
      continue;
    }
    if (step.cmd.startsWith('kubectl')) follow(state, step);
    const detail = session.run(step);
    if (detail === '') yield { id: '', outcome: 'pass' };
    else yield { id: '', outcome: 'fail', detail: `$ ${step.cmd}\n${detail}` };
  }
}

/** One sync where Services or endpoints changed; seconds lie between two looks. */
function sync(state: State, proxy: Proxy, node: string): void {
  const services = [...state.services].map(([name, object]) => ({
    ...object,
    metadata: { ...(object['metadata'] as object), name, namespace: 'default' },
  })) as unknown as ServiceObject[];
  const slices = [...state.services].flatMap(
    ([name, object]) => sliceOf(state, name, object) ?? [],
  );
  const input = JSON.stringify([services, slices]);
  proxy.now += 6 * SECOND;
  if (input === proxy.input) return;
  proxy.input = input;
  for (const family of ['IPv4', 'IPv6'] as const) {
    const planned = plan(
      allServicePorts([...services, kubernetes], family),
      endpointsByPort([...slices, apiServer], family, node),
      options(family, node),
    );
    const { rules, stale } = withPlan(proxy.rules, planned, {
      now: proxy.now,
      stale: proxy.stale[family] ?? {},
    });
    proxy.rules = rules;
    proxy.stale[family] = stale;
  }
}

/** The nodes have no IPv6 addresses and pods no such range, so nothing is known of that family. */
function options(family: Family, node: string): NftablesOptions {
  const common = {
    family,
    node: { name: node, labels: {} },
    nodeIP: '192.168.49.3',
    nodeAddresses: ['127.0.0.1', '192.168.49.3'],
    masqueradeAll: false,
    masqueradeMark: '0x4000',
  };
  if (family === 'IPv6') return { ...common, nodePortAddresses: [], serviceCIDRs: [] };
  return {
    ...common,
    localTraffic: { ifLocal: 'ip saddr 10.244.0.0/16', ifNotLocal: 'ip saddr != 10.244.0.0/16' },
    // The default of this mode is `primary`.
    nodePortAddresses: ['192.168.49.3/32'],
    serviceCIDRs: ['10.96.0.0/12'],
  };
}

function judge(rules: NftRuleset, { cmd = '', stdout = '' }: Step): Result {
  const result = runNft(cmd.split(/\s+/).slice(1), {
    rules,
    live: nothingLive,
    isForeign: () => false,
    read: () => undefined,
    device: (word) => word,
    input: '',
    pid: 1,
    now: 0,
  });
  const [a, b] = [blocks(result.stdout), blocks(stdout)];
  if (a.join('\n') === b.join('\n')) return { id: '', outcome: 'pass' };
  const lines = [
    `$ ${cmd}`,
    ...b.filter((block) => !a.includes(block)).map((block) => `- ${block}`),
    ...a.filter((block) => !b.includes(block)).map((block) => `+ ${block}`),
  ];
  return { id: '', outcome: 'fail', detail: lines.slice(0, 14).join('\n') };
}

/** The real kube-proxy takes Services in no order, so chains of services are sorted by name. */
function blocks(text: string): readonly string[] {
  const parts = text.split(/\n(?=\tchain )/).map((part) => part.trim());
  const isService = (part: string) => /^chain \S*\//.test(part);
  const strip = (part: string) => part.replace(/\n\}$/, '');
  const services = parts.filter(isService).map(strip).sort();
  return [...parts.filter((part) => !isService(part)).map(strip), ...services];
}
