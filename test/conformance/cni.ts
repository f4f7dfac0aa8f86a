// Adapter for the cases of the CNI reference plugins: each test's steps on one node, in order.
import { equal, type Json } from '../../src/emulator/world/json.ts';
import { dispatch } from '../../src/emulator/cni/dispatch.ts';
import { errorCodes } from '../../src/emulator/cni/error-codes.ts';
import { neededVariables } from '../../src/emulator/cni/invoke.ts';
import { printResult, readResult } from '../../src/emulator/cni/result.ts';
import { parseConf } from '../../src/emulator/cni/spec.ts';
import { createTestNode } from '../../src/emulator/cni/testing.ts';
import { isError, type CniResult, type NetConf } from '../../src/emulator/cni/types.ts';

interface Case {
  readonly id: string;
  readonly plugin: string;
  readonly test: string;
  readonly step: number;
  readonly command: 'ADD' | 'DEL' | 'CHECK';
  readonly containerID: string;
  readonly ifName: string;
  readonly args: string | null;
  readonly conf: NetConf;
  readonly result: Json;
  readonly error: { readonly msg: string } | null;
}

interface Result {
  readonly id: string;
  readonly outcome: 'pass' | 'fail' | 'unsupported';
  readonly detail?: string;
}

const NETNS = '/var/run/netns/testns';

interface SpecCase {
  readonly id: string;
  readonly kind: 'errorCode' | 'environment' | 'conf' | 'result';
  readonly code?: number;
  readonly name?: string;
  readonly json?: NetConf;
}

export const handles = (path: string) =>
  path === 'conformance/cni/plugins.json' || path === 'conformance/cni/spec.json';

export function* run(file: {
  readonly file: string;
  readonly cases: readonly (Case | SpecCase)[];
}): Iterable<Result> {
  if (file.file === 'spec') {
    for (const each of file.cases as readonly SpecCase[]) yield specified(each);
    return;
  }
  let bench = createTestNode();
  let test = '';
  for (const each of file.cases as readonly Case[]) {
    if (each.test !== test) {
      bench = createTestNode();
      bench.addNetns(NETNS);
      const resolv = situation(each.test)?.resolvConf ?? 'nameserver 192.0.2.3\n';
      bench.files.write('/tmp/testdir/resolv.conf', resolv);
      bench.files.write('/tmp/resolv.conf', resolv);
      test = each.test;
    }
    yield measure({ ...each, args: each.args ?? situation(each.test)?.args ?? null }, bench);
  }
}

interface Situation {
  readonly resolvConf?: string;
  readonly args?: string;
  readonly postIpamError?: string;
}

/** What a test's title stands for where its steps do not tell. */
const SITUATIONS: readonly (readonly [title: RegExp, Situation])[] = [
  [
    /does not override IPAM DNS settings/,
    {
      resolvConf:
        'nameserver 10.1.2.123\ndomain some.domain.test\n' +
        'search search.test\noptions option1:foo\n',
    },
  ],
  [/with ENV variables/, { args: 'IP=10.10.0.1/24,11.11.0.1/24;GATEWAY=10.10.0.254' }],
  [/an invalid CIDR via Args/, { args: 'IP=10.10.0.1' }],
  [/checks ip release in case of error/, { postIpamError: 'debugPostIPAMError' }],
];

function situation(test: string): Situation | undefined {
  return SITUATIONS.find(([title]) => title.test(test))?.[1];
}

/** Codes and variables are known; examples are read and written again without loss. */
function specified(each: SpecCase): Result {
  const outcome = (pass: boolean): Result => ({ id: each.id, outcome: pass ? 'pass' : 'fail' });
  if (each.kind === 'errorCode') {
    return outcome((Object.values(errorCodes) as number[]).includes(each.code as number));
  }
  if (each.kind === 'environment') {
    const known = ['CNI_COMMAND', 'CNI_ARGS', ...Object.values(neededVariables).flat()];
    return outcome(known.includes(each.name as string));
  }
  const json = each.json as NetConf;
  const result = each.kind === 'result' ? json : (json.prevResult as NetConf | undefined);
  if (result) {
    const read = readResult(result) as CniResult;
    const again = printResult(read, '1.1.0');
    if (!equal({ ...again, cniVersion: undefined }, { ...result, cniVersion: undefined })) {
      return { id: each.id, outcome: 'fail', detail: JSON.stringify(again) };
    }
  }
  return outcome(each.kind === 'result' || !('error' in parseConf(JSON.stringify(json))));
}

function measure(each: Case, bench: ReturnType<typeof createTestNode>): Result {
  const request = {
    containerID: each.containerID,
    netns: NETNS,
    ifName: each.ifName,
    ...(each.args ? { args: each.args } : {}),
  };
  const { postIpamError } = situation(each.test) ?? {};
  const node = { ...bench.node, ...(postIpamError ? { postIpamError } : {}) };
  const answer = dispatch(each.plugin, each.command, each.conf, request, node);
  const detail = () =>
    `wanted ${JSON.stringify(each.error ?? each.result)}\ngot    ${JSON.stringify(answer)}`;
  if (each.error || isError(answer)) {
    const same = isError(answer) && answer.msg === each.error?.msg;
    return { id: each.id, outcome: same ? 'pass' : 'fail', detail: detail() };
  }
  const wanted = shape(each.result, each.plugin);
  const got = shape((answer ?? null) as Json, each.plugin);
  return { id: each.id, outcome: equal(wanted, got) ? 'pass' : 'fail', detail: detail() };
}

/** Names of veths and MAC addresses are of the recording run; so are host parts with bridges. */
function shape(value: Json, plugin: string): Json {
  const loose = plugin === 'bridge' || plugin === 'ptp';
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => {
      if (name === 'mac') return 'mac';
      if (typeof member === 'string' && member.startsWith('veth')) return 'veth';
      if (loose && (name === 'address' || name === 'ip') && typeof member === 'string') {
        return member.replace(/[0-9a-f]+\//, 'x/');
      }
      return member;
    }),
  ) as Json;
}
