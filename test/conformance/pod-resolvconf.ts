// Cases of the names of a pod (file conformance/dns/pod-resolvconf.json).
import {
  appendDnsConfig,
  appendOptions,
  mergeDnsOptions,
  parseResolvConf,
  podDns,
  podDnsType,
  type DnsConfig,
} from '../../src/emulator/programs/kubelet/dns.ts';
import type { Pod } from '../../src/emulator/resources/pod-template/shapes.ts';
import { canonical } from '../../src/emulator/world/json.ts';
import type { CaseResult } from './run.ts';

type Config = { readonly [Member in keyof DnsConfig]?: DnsConfig[Member] | null };

interface Case {
  readonly id: string;
  readonly function: string;
  readonly result: never;
  readonly error?: unknown;
  readonly text: string;
  readonly existing: never;
  readonly new: readonly string[];
  readonly dnsConfigOptions: readonly { readonly name: string; readonly value?: string }[] | null;
  readonly dnsConfig: NonNullable<Pod['spec']['dnsConfig']>;
  readonly pod: Pod;
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly kubelet: {
    readonly clusterDNS: readonly string[] | null;
    readonly clusterDomain: string;
    readonly hostResolvConf: Config;
    readonly hostError: unknown;
  };
}

export const handles = (path: string) => path.endsWith('dns/pod-resolvconf.json');

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  for (const each of file.cases) {
    const pair = judge(each);
    if (!pair) {
      yield { id: each.id, outcome: 'unsupported' };
      continue;
    }
    const [expected, got] = pair.map(canonical) as [string, string];
    const detail = `expected ${expected}\n     got ${got}`;
    yield { id: each.id, outcome: expected === got ? 'pass' : 'fail', detail };
  }
}

/** Missing lists count as empty, and options as a set. */
function shape({ nameservers, searches, options }: Config) {
  return {
    nameservers: nameservers ?? [],
    searches: searches ?? [],
    options: (options ?? []).toSorted(),
  };
}

/** What was recorded, and what we make of it. */
function judge(each: Case): [unknown, unknown] | undefined {
  const { result } = each;
  switch (each.function) {
    case 'parseResolvConf': {
      const { errors, ...config } = parseResolvConf(each.text);
      const list = errors.map((error) => ({ error }));
      const err = errors.length > 0 ? { error: errors.join(', '), errors: list } : null;
      return [result, { ...config, err }];
    }
    case 'appendOptions':
      return [result, appendOptions(each.existing, each.new)];
    case 'mergeDNSOptions': {
      const merged = mergeDnsOptions(each.existing, each.dnsConfigOptions ?? []);
      return [(result as string[]).toSorted(), merged.toSorted()];
    }
    case 'formDNSNameserversFitsLimits':
    case 'formDNSSearchFitsLimits':
      return limits(each);
    case 'getPodDNSType': {
      const { type, error } = podDnsType(each.pod);
      return [
        [result, each.error ?? null],
        [type, error ? { error } : null],
      ];
    }
    case 'appendDNSConfig': {
      const { servers, ...rest } = each.existing as Config & { servers?: string[] };
      const expected = result as Config & { servers?: string[] };
      const base = shape({ ...rest, nameservers: servers ?? [] });
      const got = appendDnsConfig(base, each.dnsConfig);
      return [shape({ ...expected, nameservers: expected.servers ?? [] }), shape(got)];
    }
    case 'GetPodDNS':
      return podCase(each);
    default:
      return undefined;
  }
}

function limits(each: Case): [unknown, unknown] {
  const given = shape(each);
  const spec = { containers: [], dnsPolicy: 'Default' };
  const pod = { ...each.pod, spec } as unknown as Pod;
  const settings = { clusterDNS: [], clusterDomain: '', host: given };
  const { nameservers, searches } = podDns(settings, pod);
  return [each.result, each.function.includes('Nameserver') ? nameservers : searches];
}

function podCase(each: Case): [unknown, unknown] | undefined {
  const { clusterDNS, clusterDomain, hostResolvConf, hostError } = each.kubelet;
  if (hostError) return undefined;
  const none = Object.values(hostResolvConf).every((list) => list === null);
  const host = none ? undefined : shape(hostResolvConf);
  const got = podDns({ clusterDNS: clusterDNS ?? [], clusterDomain, host }, each.pod);
  return [shape(each.result as Config), shape(got)];
}
