import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import type { Json } from '../../../../world/json.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import type { DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { matchZone, originsOf } from '../../zones.ts';

type Action = 'allow' | 'block' | 'filter' | 'drop';

interface Policy {
  readonly action: Action;
  readonly types: readonly string[];
  readonly nets: readonly string[];
}

interface Rule {
  readonly zones: readonly string[];
  readonly policies: readonly Policy[];
}

/** acl: blocks, filters or drops questions by the client's address and by type. */
const plugin: DnsPlugin<readonly Json[]> = {
  name: 'acl',
  setup(c) {
    const rules: Json[] = [];
    while (c.next()) {
      const rule = readAcl(c);
      if (isError(rule)) return rule;
      rules.push(rule as unknown as Json);
    }
    return rules;
  },
  *serve(rules, query, next) {
    const action = judge(
      rules as unknown as readonly Rule[],
      query.client.address,
      nameOf(query),
      query.request.question.type,
    );
    const { request } = query;
    const edns = (code: number, text: string) =>
      request.edns ? { edns: { ...request.edns, error: { code, text } } } : {};
    if (action === 'block') {
      return { rcode: 'NOERROR', message: reply(request, { rcode: 'REFUSED', ...edns(15, '') }) };
    }
    if (action === 'filter') return { rcode: 'NOERROR', message: reply(request, edns(17, '')) };
    if (action === 'drop') return { rcode: 'NOERROR', dropped: true };
    return yield* next(query);
  },
};

export default plugin;

/** The action of the first policy that fits, rule by rule. */
export function judge(
  rules: readonly Rule[],
  address: string,
  name: string,
  type: string,
): Action | undefined {
  for (const { zones, policies } of rules) {
    if (matchZone(zones, name) === undefined) continue;
    const policy = policies.find(
      ({ types, nets }) =>
        (types.includes('*') || types.includes(type)) && nets.some((net) => contains(net, address)),
    );
    if (policy && policy.action !== 'allow') return policy.action;
    if (policy) return undefined;
  }
  return undefined;
}

function readAcl(c: Controller): Rule | ConfigError {
  const zones = originsOf(c.remainingArgs(), c.keys);
  const policies: Policy[] = [];
  while (c.nextBlock()) {
    const action = c.val().toLowerCase();
    if (!['allow', 'block', 'filter', 'drop'].includes(action)) {
      return c.err(
        `unexpected token ${JSON.stringify(c.val())}; expect 'allow', 'block', 'filter' or 'drop'`,
      );
    }
    const policy = readPolicy(c, action as Action);
    if (isError(policy)) return policy;
    policies.push(policy);
  }
  return { zones, policies };
}

function readPolicy(c: Controller, action: Action): Policy | ConfigError {
  const types: string[] = [];
  const nets: string[] = [];
  const words = c.remainingArgs();
  let section = '';
  let count = 0;
  for (const word of words) {
    if (word === 'type' || word === 'net') {
      if (section !== '' && count === 0)
        return c.err(`no tokens specified in ${JSON.stringify(section)} section`);
      section = word;
      count = 0;
      continue;
    }
    count += 1;
    if (section === '')
      return c.err(`unexpected token ${JSON.stringify(word)}; expect 'type | net'`);
    if (section === 'type') {
      if (word !== '*' && !/^[A-Z0-9]+$/i.test(word))
        return c.err(`unexpected token ${JSON.stringify(word)}; expect legal QTYPE`);
      if (word !== '*' && !known.has(word.toUpperCase())) {
        return c.err(`unexpected token ${JSON.stringify(word)}; expect legal QTYPE`);
      }
      types.push(word === '*' ? '*' : word.toUpperCase());
      continue;
    }
    const net = readNet(word);
    if (net === undefined)
      return c.err(`illegal CIDR notation ${JSON.stringify(normalizeNet(word))}`);
    nets.push(net);
  }
  if (section !== '' && count === 0)
    return c.err(`no tokens specified in ${JSON.stringify(section)} section`);
  return {
    action,
    types: types.length > 0 ? types : ['*'],
    nets: nets.length > 0 ? nets : ['0.0.0.0/0', '::/0'],
  };
}

const known = new Set(
  (
    'A NS CNAME SOA PTR MX TXT AAAA SRV NAPTR DS RRSIG NSEC DNSKEY ' +
    'CAA ANY HINFO TLSA SVCB HTTPS AXFR IXFR'
  ).split(' '),
);

/** An address without a length is one address. */
export function normalizeNet(text: string): string {
  if (text.includes('/')) return text;
  return `${text}/${text.includes(':') ? 128 : 32}`;
}

function readNet(text: string): string | undefined {
  if (text === '*') return '*';
  const [address = '', length = ''] = normalizeNet(text).split('/');
  if (!/^\d+$/.test(length)) return undefined;
  if (isIPv4(address) && Number(length) <= 32) return `${address}/${length}`;
  return isIPv6(address) && Number(length) <= 128 ? `${address}/${length}` : undefined;
}

function contains(net: string, address: string): boolean {
  if (net === '*') return true;
  const [base = '', length = '0'] = net.split('/');
  if (isIPv4(base) !== isIPv4(address)) return false;
  const [a, b] = [bits(base), bits(address)];
  return a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function bits(address: string): string {
  if (isIPv4(address)) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
