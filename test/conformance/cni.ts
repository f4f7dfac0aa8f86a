// Adapter for the cases of the CNI reference plugins: each test's steps on one node, in order.
import { equal, type Json } from '../../src/emulator/world/json.ts';
import { dispatch } from '../../src/emulator/cni/dispatch.ts';
import { createTestNode } from '../../src/emulator/cni/testing.ts';
import { isError, type NetConf } from '../../src/emulator/cni/types.ts';

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

export const handles = (path: string) => path === 'conformance/cni/plugins.json';

export function* run(file: { readonly cases: readonly Case[] }): Iterable<Result> {
  let bench = createTestNode();
  let test = '';
  for (const each of file.cases) {
    if (each.test !== test) {
      bench = createTestNode();
      bench.addNetns(NETNS);
      bench.files.write('/tmp/testdir/resolv.conf', 'nameserver 192.0.2.3\n');
      bench.files.write('/tmp/resolv.conf', 'nameserver 192.0.2.3\n');
      test = each.test;
    }
    yield measure(each, bench);
  }
}

function measure(each: Case, bench: ReturnType<typeof createTestNode>): Result {
  const request = {
    containerID: each.containerID,
    netns: NETNS,
    ifName: each.ifName,
    ...(each.args ? { args: each.args } : {}),
  };
  const answer = dispatch(each.plugin, each.command, each.conf, request, bench.node);
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
      if (typeof member === 'string' && /^veth/.test(member)) return 'veth';
      if (loose && (name === 'address' || name === 'ip') && typeof member === 'string') {
        return member.replace(/[0-9a-f]+\//, 'x/');
      }
      return member;
    }),
  ) as Json;
}
