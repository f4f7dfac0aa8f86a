// Answers of CoreDNS in its own tests (conformance/dns: coredns-kubernetes, -hosts, -server) and in
// the specification of DNS-based service discovery.
import { answerOf, canonicalLine, filesOf, lineOf, queryFor, type Place } from './dns/plugins.ts';
import { reply } from '../../src/emulator/programs/coredns/reply.ts';
import { fixtureCluster, type Fixture } from './dns/fixture-cluster.ts';
import type { DnsMessage } from '../../src/emulator/host/resolver/message.ts';
import type { Json } from '../../src/emulator/world/json.ts';
import { specificationCluster } from './dns/specification-cluster.ts';
import type { CaseResult } from './run.ts';

interface Sections {
  readonly rcode: string;
  readonly answer: readonly string[];
  readonly ns: readonly string[];
  readonly extra: readonly string[];
}

interface Case {
  readonly id: string;
  readonly test: string;
  readonly fixture: string;
  readonly config: {
    readonly zones: readonly string[];
    readonly podMode: string;
    readonly namespaces: 'all' | readonly string[];
    readonly ttl: number;
    readonly ignoreEmptyService?: boolean;
    readonly apiSynced?: boolean;
  };
  readonly query: { readonly name: string; readonly type: string; readonly rd?: boolean };
  readonly expect: Sections;
  readonly authoritative: boolean;
  readonly hostsFile: string;
  readonly servers: readonly string[];
  readonly files: readonly string[];
  readonly askedServer: number;
  readonly response: Sections;
  readonly section: string;
  readonly question: string;
  readonly answer: readonly string[];
}

interface CaseFile {
  readonly file: string;
  readonly fixtures?: { readonly [name: string]: Fixture };
  readonly cases: readonly Case[];
}

const FILES = /dns\/(coredns-kubernetes|coredns-hosts|coredns-server|specification)\.json$/;

export const handles = (path: string): boolean => FILES.test(path);

export function* run(file: CaseFile): Iterable<CaseResult> {
  const memories = new Map<string, Map<string, Json>>();
  for (const each of file.cases) {
    const pair = judge(file, each, memories);
    if (!pair) yield { id: each.id, outcome: 'unsupported' };
    else {
      const [wanted, got] = pair;
      const detail = `expected ${wanted}\n     got ${got}`;
      yield { id: each.id, outcome: wanted === got ? 'pass' : 'fail', detail };
    }
  }
}

type Pair = readonly [wanted: string, got: string];

function judge(
  file: CaseFile,
  each: Case,
  memories: Map<string, Map<string, Json>>,
): Pair | undefined {
  switch (file.file) {
    case 'coredns-kubernetes':
      return kubernetes(each, file.fixtures ?? {});
    case 'coredns-hosts':
      return hosts(each);
    case 'specification':
      return specification(each);
    default: {
      // The questions of one test are put to the same servers.
      const memory = memories.get(each.test) ?? new Map<string, Json>();
      memories.set(each.test, memory);
      return server(each, memory);
    }
  }
}

/** Sections as sets of records, without the OPT record. */
function shown({ rcode, answer, ns, extra }: Sections): string {
  const lines = (list: readonly string[]) =>
    list
      .filter((line) => !line.includes('OPT PSEUDOSECTION'))
      .map(canonicalLine)
      .map((line) => line.replace(/(SRV 0 0) \d+ \.$/, '$1 PORT .'))
      .toSorted();
  return JSON.stringify({ rcode, answer: lines(answer), ns: lines(ns), extra: lines(extra) });
}

function sectionsOf(message: DnsMessage | undefined): Sections {
  return {
    rcode: message?.rcode ?? 'NONE',
    answer: (message?.answers ?? []).map(lineOf),
    ns: (message?.authority ?? []).map(lineOf),
    extra: (message?.additional ?? []).map(lineOf),
  };
}

function kubernetes(
  { config, fixture, query, expect }: Case,
  fixtures: { readonly [name: string]: Fixture },
): Pair | undefined {
  const found = fixtures[fixture];
  if (!found) return undefined;
  const namespaces = config.namespaces === 'all' ? '' : config.namespaces.join(' ');
  const corefile = [
    '.:53 {',
    `kubernetes ${config.zones.join(' ')} {`,
    `pods ${config.podMode}`,
    ...(namespaces === '' ? [] : [`namespaces ${namespaces}`]),
    `ttl ${config.ttl}`,
    ...(config.ignoreEmptyService ? ['ignore empty_service'] : []),
    '}',
    '}',
    '',
  ].join('\n');
  const cluster = fixtureCluster(found, config.apiSynced !== false);
  const place = { cluster, localAddresses: ['127.0.0.1'] };
  const result = answerOf(corefile, queryFor(query.name, query.type), place);
  if (!result || 'error' in result) return [shown(expect), result?.error ?? 'it waits'];
  return [shown(expect), shown(sectionsOf(result.message))];
}

function hosts({ hostsFile, query, expect }: Case): Pair {
  const corefile = '.:53 {\nhosts /hosts {\nfallthrough\n}\n}\n';
  const place = { files: filesOf({ '/hosts': hostsFile }) };
  const result = answerOf(corefile, queryFor(query.name, query.type), place);
  if (!result || 'error' in result) return [shown(expect), result?.error ?? 'it waits'];
  return [shown(expect), shown(sectionsOf(result.message))];
}

/** Ports of the servers of a test, in the order of their start. */
const FIRST_PORT = 5_300;

/** Servers that ask one another; what plugins are not there is not modelled. */
function server(each: Case, memory: Map<string, Json>): Pair | undefined {
  const texts = Object.fromEntries(each.files.map((text, index) => [`/file-${index}`, text]));
  const corefiles = each.servers.map((text) =>
    text
      .replaceAll(/\[::\]:<port of server (\d+)>/g, (_all, number: string) => {
        return `127.0.0.1:${FIRST_PORT + Number(number)}`;
      })
      .replaceAll(/:(0|<port of server \d+>)(?=\s)/g, ':53')
      .replaceAll(/<file (\d+)>/g, '/file-$1'),
  );
  const place = (own: Map<string, Json>): Place => ({
    files: filesOf(texts),
    memory: own,
    upstream({ server: to, question, protocol }) {
      const corefile = corefiles[to.port - FIRST_PORT];
      // The world outside was not there when the tests ran: it said no, and over TCP nothing.
      if (corefile === undefined) {
        return protocol === 'tcp' ? 'none' : reply(question, { rcode: 'NXDOMAIN' });
      }
      const { name, type } = question.question;
      const result = answerOf(corefile, queryFor(name, type, question), place(new Map()));
      return result && 'message' in result ? result.message : undefined;
    },
  });
  const { name, type, rd } = each.query;
  const edns = each.response.extra.some((line) => line.includes('OPT PSEUDOSECTION'));
  const chaos = each.response.answer.some((line) => /\tCH\t/.test(line));
  const question = { name, type, ...(chaos && { class: 'CH' }) };
  const options = {
    recursionDesired: rd === true,
    ...(edns && { edns: { udpSize: 4096 } }),
    question,
  };
  // The tests ask over IPv6.
  const query = queryFor(name, type, options, { address: '::1', port: 40_212 });
  const protocol = each.response.extra.some((line) => line.startsWith('_tcp.')) ? 'tcp' : 'udp';
  const asked = { ...query, protocol } as const;
  const result = answerOf(corefiles[each.askedServer] ?? '', asked, place(memory));
  if (!result) return undefined;
  if ('error' in result) {
    return /not modelled/.test(result.error) ? undefined : [shown(each.response), result.error];
  }
  return [shown(each.response), shown(sectionsOf(result.message))];
}

/** TTLs and weights are not prescribed. */
function specification(each: Case): Pair {
  const [name = '', , type = ''] = each.question.split(' ');
  const { cluster, upstream } = specificationCluster(each);
  const corefile =
    '.:53 {\nkubernetes cluster.local in-addr.arpa ip6.arpa {\n}\n' + `${upstream}}\n`;
  const result = answerOf(corefile, queryFor(name, type), { cluster });
  const plain = (line: string) => {
    const [owner, , , ...rest] = canonicalLine(line).split(' ');
    const [own = '', ...data] = rest;
    return [owner, own, ...(own === 'SRV' ? data.slice(2) : data)].join(' ');
  };
  const wanted = each.answer.map(plain).toSorted().join('\n');
  if (!result || 'error' in result) return [wanted, result?.error ?? 'it waits'];
  const answers = (result.message?.answers ?? []).map(lineOf);
  return [wanted, answers.map(plain).toSorted().join('\n')];
}
