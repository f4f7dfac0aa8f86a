// Rows of the set-up tests of CoreDNS's plugins (conformance/dns/corefile-setup.json).
import { isError } from '../../src/emulator/programs/coredns/corefile/parse.ts';
import { plugins } from '../../src/emulator/programs/coredns/catalog.ts';
import type { Query } from '../../src/emulator/programs/coredns/plugin.ts';
import { reply } from '../../src/emulator/programs/coredns/reply.ts';
import { readRule } from '../../src/emulator/programs/coredns/plugins/rewrite/rule.ts';
import { readServers } from '../../src/emulator/programs/coredns/servers.ts';
import type { Json } from '../../src/emulator/world/json.ts';
import { contextIn, filesOf, queryFor } from './dns/plugins.ts';
import { settingsOf, wantedSettings } from './dns/corefile-settings.ts';
import type { CaseResult } from './run.ts';

type Row = { readonly [name: string]: Json | undefined };

interface Case {
  readonly id: string;
  readonly plugin: string;
  readonly test: string;
  readonly row: Row;
}

export const handles = (path: string) => path.endsWith('dns/corefile-setup.json');

export function* run(file: { readonly cases: readonly Case[] }): Iterable<CaseResult> {
  for (const each of file.cases) {
    const problem = judge(each);
    if (problem === undefined) yield { id: each.id, outcome: 'unsupported' };
    else if (problem === '') yield { id: each.id, outcome: 'pass' };
    else {
      const detail = `${each.test} ${JSON.stringify(each.row).slice(0, 300)}\n${problem}`;
      yield { id: each.id, outcome: 'fail', detail };
    }
  }
}

/** '' for what is as it should be; undefined for what is not modelled. */
function judge({ plugin, test, row }: Case): string | undefined {
  if (!plugins.has(plugin)) return undefined;
  if (test === 'TestACLServeDNS') return judgeAcl(row);
  if (plugin === 'rewrite') return judgeRule(test, row);
  const input = row['input'] ?? row['config'];
  if (typeof input !== 'string' || !test.match(/Setup|Parse|Stale|Servfail|Disable|Keepttl|Next/))
    return undefined;
  return judgeSetup(plugin, test, input, row);
}

const PROPERTY_TESTS = ['TestServeStale', 'TestServfail', 'TestDisable', 'TestKeepttl'];

/** The files of the tests' own folder. */
const files = filesOf({
  '/dev/null': '',
  wf: 'w1,example.org\n192.168.1.15 10\n',
  wfile: '',
});

function judgeSetup(plugin: string, test: string, input: string, row: Row): string | undefined {
  const text = PROPERTY_TESTS.includes(test) ? `cache {\n${input}\n}` : input;
  // Files that only the test itself had.
  if (/resolv-ipv6|go-test-tmpfile/.test(input)) return undefined;
  const read = readServers('Testfile', `.:53 {\n${text}\n}\n`, { files, env: {} });
  const fails = row['shouldErr'] ?? row['wantErr'] ?? row['failing'] ?? row['expectedErr'] ?? false;
  if (isError(read)) {
    if (/not modelled/.test(read.error)) return undefined;
    if (!fails) return `no error was expected: ${read.error}`;
    const content = row['expectedErrContent'] ?? row['expectedErr'] ?? '';
    return read.error.includes(String(content))
      ? ''
      : `expected ${String(content)}\n     got ${read.error}`;
  }
  if (fails) return 'an error was expected';
  const config = read.servers[0]?.plugins.find(({ name }) => name === plugin)?.config;
  const wanted = wantedSettings(plugin, row);
  const got = settingsOf(plugin, config);
  const wrong = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(got[name]),
  );
  return wrong
    .map(
      ([name, value]) =>
        `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(got[name])}`,
    )
    .join('\n');
}

const codes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const types: { readonly [number: string]: string } = { 1: 'A', 28: 'AAAA', 5: 'CNAME', 16: 'TXT' };

function judgeAcl(row: Row): string | undefined {
  const args = row['args'] as { domain: string; qtype: number; sourceIP: string };
  const zones = row['zones'] as readonly string[];
  const keys = zones.length > 0 ? zones.join(' ') : '.';
  const client = { address: args.sourceIP, port: 40_212 };
  const query = queryFor(args.domain, types[args.qtype] ?? '', {}, client);
  const read = readServers('Testfile', `${keys} {\n${String(row['config'])}\n}\n`, {
    files,
    env: {},
  });
  if (isError(read)) return read.error;
  const [server] = read.servers;
  const config = server?.plugins.find(({ name }) => name === 'acl')?.config ?? null;
  if (!server) return 'there is no server';
  // oxlint-disable-next-line require-yield -- it answers at once
  const steps = plugins.get('acl')?.serve?.(
    config,
    query,
    function* (inner) {
      return { rcode: 'NOERROR', message: reply(inner.request) };
    },
    contextIn({ files }, server),
  );
  const step = steps?.next();
  if (!step?.done) return 'it waits';
  const { message, dropped, rcode } = step.value;
  if (row['expectNoResponse']) return dropped ? '' : 'no response was expected';
  const [wanted, got] = [codes[row['wantRcode'] as number], message?.rcode ?? rcode];
  return got === wanted ? '' : `expected ${wanted}\n     got ${got}`;
}

/** Which words come before those of a rule's own test. */
const rulePrefixes: { readonly [test: string]: string } = {
  TestNewNameRule: 'name',
  TestNewTTLRule: 'ttl',
  TestNewRCodeRule: 'rcode',
};

function judgeRule(test: string, row: Row): string | undefined {
  const args = row['args'] as readonly string[];
  const prefix = rulePrefixes[test];
  const mode = typeof row['next'] === 'string' && row['next'] !== '' ? [row['next']] : [];
  if (prefix !== undefined || test === 'TestNewRule' || row['expectedType'] !== undefined) {
    const rule = readRule(prefix === undefined ? args : [...mode, prefix, ...args]);
    const fails = row['shouldError'] ?? row['expectedFail'] ?? false;
    if (isError(rule) === fails) return '';
    return isError(rule) ? `no error was expected: ${rule.error}` : 'an error was expected';
  }
  if (/EDNS0/.test(test)) return judgeOptions(test, row);
  const rule = readRule([...mode, 'name', ...args]);
  if (isError(rule)) return rule.error;
  const question = String(row['question']);
  const [asked, answered] = through(rule as unknown as Json, queryFor(question, 'A'));
  const rewritten = row['rewrite'] ?? row['expected'];
  const back = row['rewrite'] === undefined ? answered : row['expected'];
  return asked === rewritten && answered === back
    ? ''
    : `expected ${String(rewritten)} ${String(back)}\n     got ${asked} ${answered}`;
}

interface TestOption {
  readonly code: number;
  readonly data?: string;
  readonly address?: string;
  readonly family?: number;
  readonly sourceNetmask?: number;
}

/** Options of EDNS before and after a rule. */
function judgeOptions(test: string, row: Row): string | undefined {
  const rule = readRule(['edns0', ...(row['args'] as readonly string[])]);
  if (isError(rule)) return rule.error;
  const before = (row['fromOpts'] ?? []) as unknown as readonly TestOption[];
  if (before.some(({ address }) => address !== undefined)) return undefined;
  const options = before.map(({ code, data = '' }) => ({ code, data }));
  const writer = row['writer'] as { readonly tcp?: boolean } | undefined;
  const address = writer && writer.tcp === undefined ? 'fe80::42:ff:feca:4c65' : '10.240.0.1';
  const edns = { udpSize: 4096, dnssecOk: row['doBool'] === true, options };
  const query = queryFor('example.com.', 'A', { edns }, { address, port: 40_212 });
  const { inner, message } = throughRule(rule as unknown as Json, query);
  const shown = /Revert/.test(test) ? message?.edns : inner?.request.edns;
  const got = JSON.stringify((shown?.options ?? []).map(optionShown));
  const after = (row['toOpts'] ?? []) as unknown as readonly TestOption[];
  const wanted = JSON.stringify(after.map(testOptionShown));
  return got === wanted ? '' : `expected ${wanted}\n     got ${got}`;
}

/** Bytes that are no text came into the rows as U+FFFD. */
const plain = (data: string) => data.replaceAll(/[^\0-\x7f]/g, '\ufffd');

function optionShown({ code, data }: { readonly code: number; readonly data: string }) {
  if (code !== 8) return `${code} ${plain(data)}`;
  const [, family, mask] = [...data].map((each) => each.charCodeAt(0));
  const address = plain(data.slice(4)).replace(/\0+$/, '');
  return `8 ${family} ${mask} ${address}`;
}

function testOptionShown({ code, data = '', address = '', family, sourceNetmask }: TestOption) {
  if (code !== 8) return `${code} ${data}`;
  return `8 ${family} ${sourceNetmask} ${address.replace(/\0+$/, '')}`;
}

/** The name that comes through a rule, and the name of the answer on its way back. */
function through(rule: Json, query: Query): [string, string] {
  const { inner, message } = throughRule(rule, query);
  return [inner?.request.question.name ?? '', message?.answers[0]?.name ?? ''];
}

function throughRule(rule: Json, query: Query) {
  let inner: Query | undefined;
  const server = { zone: '.', port: 53, block: 0, plugins: [], keys: [] };
  const steps = plugins.get('rewrite')?.serve?.(
    [rule],
    query,
    // oxlint-disable-next-line require-yield -- it answers at once
    function* (changed) {
      inner = changed;
      const { question, edns } = changed.request;
      const answers = [{ name: question.name, type: 'A', ttl: 5, data: '10.0.0.1' }];
      const message = reply(changed.request, { answers, ...(edns && { edns }) });
      return { rcode: 'NOERROR', message };
    },
    contextIn({}, server),
  );
  const step = steps?.next();
  const message = step?.done ? step.value.message : undefined;
  return { inner: inner as Query | undefined, message };
}
