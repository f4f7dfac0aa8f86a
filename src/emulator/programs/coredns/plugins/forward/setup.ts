import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import { isErrno } from '../../../../host/errno.ts';
import type { Controller, ConfigError } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { atoi, parseDuration } from '../../go.ts';
import { isDomainName, normalizeHost } from '../../zones.ts';

/** One forward stanza. Durations are in microseconds. */
export interface Forward {
  readonly from: string;
  readonly to: readonly {
    readonly address: string;
    readonly port: number;
    readonly tls: boolean;
  }[];
  readonly except: readonly string[];
  readonly maxFails: number;
  readonly policy: 'random' | 'round_robin' | 'sequential';
  readonly healthCheck: number;
  readonly healthDomain: string;
  readonly healthRecursion: boolean;
  readonly forceTcp: boolean;
  readonly preferUdp: boolean;
  readonly maxConcurrent: number;
  readonly expire: number;
  readonly maxConnectAttempts: number;
  readonly failfast: boolean;
  readonly next: readonly string[];
  readonly failover: readonly string[];
  readonly tlsServername: string;
}

type Draft = { -readonly [Key in keyof Forward]: Forward[Key] };

const rcodes = 'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN NOTAUTH NOTZONE'.split(
  ' ',
);

/** Reads one stanza as forward's setup.go does. */
export function readForward(c: Controller): Forward | ConfigError {
  if (!c.nextArg()) return c.argErr();
  const from = normalizeHost(c.val());
  if (from[0] === undefined) return { error: `unable to normalize '${c.val()}'` };
  const words = c.remainingArgs();
  if (words.length === 0) return c.argErr();
  const to = readTargets(c, words);
  if (isError(to)) return to;
  const draft: Draft = {
    from: from[0],
    to,
    except: [],
    maxFails: 2,
    policy: 'random',
    healthCheck: 500_000,
    healthDomain: '.',
    healthRecursion: true,
    forceTcp: false,
    preferUdp: false,
    maxConcurrent: 0,
    expire: 10_000_000,
    maxConnectAttempts: 0,
    failfast: false,
    next: [],
    failover: [],
    tlsServername: '',
  };
  while (c.nextBlock()) {
    const failed = readProperty(c, draft) ?? readMore(c, draft);
    if (failed && failed !== 'done') return failed;
  }
  if (draft.to.some(({ tls }) => tls) && draft.tlsServername === '') return draft;
  return draft;
}

function readTargets(c: Controller, words: readonly string[]): Forward['to'] | ConfigError {
  const targets: Forward['to'][number][] = [];
  for (const word of words) {
    const [, scheme = 'dns', rest = word] = /^(?:(\w+):\/\/)?(.*)$/.exec(word) ?? [];
    const [host = ''] = rest.split('%');
    if (!['dns', 'tls', 'https'].includes(scheme)) {
      return {
        error: `'${scheme}' is not supported as a destination protocol in forward: ${word}`,
      };
    }
    if (scheme === 'https')
      return { error: `'https' is not supported as a destination protocol in forward: ${word}` };
    const address = readEndpoint(host, scheme === 'tls' ? 853 : 53);
    if (address) {
      targets.push({ ...address, tls: scheme === 'tls' });
      continue;
    }
    const servers = fromFile(c, host);
    if (servers === undefined)
      return { error: `not an IP address or file: ${JSON.stringify(host)}` };
    if (servers.length === 0) return { error: 'no nameservers found' };
    targets.push(...servers.map((each) => ({ address: each, port: 53, tls: false })));
  }
  return targets;
}

function readEndpoint(text: string, port: number) {
  if (isIPv4(text) || isIPv6(text)) return { address: text, port };
  const [, host = '', digits = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(text) ?? [];
  return isIPv4(host) || isIPv6(host) ? { address: host, port: Number(digits) } : undefined;
}

function fromFile(c: Controller, path: string): string[] | undefined {
  const found = c.files?.read(path);
  if (found === undefined || isErrno(found)) return undefined;
  return [...found.text.matchAll(/^nameserver[ \t]+(\S+)/gm)].map(
    ([, address]) => address as string,
  );
}

type Read = ConfigError | 'done' | undefined;

function readProperty(c: Controller, draft: Draft): Read {
  switch (c.val()) {
    case 'except': {
      const args = c.remainingArgs();
      if (args.length === 0) return c.argErr();
      draft.except = [...draft.except, ...args.flatMap((each) => normalizeHost(each))];
      return 'done';
    }
    case 'max_fails':
    case 'max_concurrent':
    case 'max_idle_conns':
    case 'max_connect_attempts':
      return readNumber(c, draft, c.val());
    case 'health_check':
      return readHealthCheck(c, draft);
    case 'force_tcp':
      if (c.nextArg()) return c.argErr();
      draft.forceTcp = true;
      return 'done';
    case 'prefer_udp':
      if (c.nextArg()) return c.argErr();
      draft.preferUdp = true;
      return 'done';
    case 'failfast_all_unhealthy_upstreams':
      if (c.remainingArgs().length > 0) return c.argErr();
      draft.failfast = true;
      return 'done';
    default:
      return undefined;
  }
}

function readNumber(c: Controller, draft: Draft, name: string): Read {
  if (!c.nextArg()) return c.argErr();
  const value = atoi(
    c.val(),
    name === 'max_fails' || name === 'max_connect_attempts' ? 'ParseUint' : 'Atoi',
  );
  if (isError(value)) return value;
  if (value < 0) return { error: `${name} can't be negative: ${value}` };
  if (name === 'max_fails') draft.maxFails = value;
  else if (name === 'max_concurrent') draft.maxConcurrent = value;
  else if (name === 'max_connect_attempts') draft.maxConnectAttempts = value;
  return 'done';
}

function readHealthCheck(c: Controller, draft: Draft): Read {
  if (!c.nextArg()) return c.argErr();
  const duration = parseDuration(c.val());
  if (isError(duration)) return duration;
  if (duration < 0) return { error: `health_check can't be negative: ${duration * 1000}` };
  draft.healthCheck = duration;
  while (c.nextArg()) {
    const option = c.val();
    if (option === 'no_rec') draft.healthRecursion = false;
    else if (option !== 'domain') return { error: `health_check: unknown option ${option}` };
    else {
      if (!c.nextArg()) return c.argErr();
      const domain = c.val();
      if (!isDomainName(domain)) return { error: `health_check: invalid domain name ${domain}` };
      draft.healthDomain = `${domain.replace(/\.$/, '')}.`.toLowerCase();
    }
  }
  return 'done';
}

function readMore(c: Controller, draft: Draft): Read {
  const name = c.val();
  switch (name) {
    case 'expire':
    case 'max_age': {
      if (!c.nextArg()) return c.argErr();
      const duration = parseDuration(c.val());
      if (isError(duration)) return duration;
      if (duration < 0) return { error: `${name} can't be negative: ${c.val()}` };
      if (name === 'expire') draft.expire = duration;
      return 'done';
    }
    case 'policy': {
      if (!c.nextArg()) return c.argErr();
      const policy = c.val();
      if (policy !== 'random' && policy !== 'round_robin' && policy !== 'sequential') {
        return c.err(`unknown policy '${policy}'`);
      }
      draft.policy = policy;
      return 'done';
    }
    case 'tls': {
      if (c.remainingArgs().length > 3) return c.argErr();
      return 'done';
    }
    case 'tls_servername':
      if (!c.nextArg()) return c.argErr();
      draft.tlsServername = c.val();
      return 'done';
    case 'next':
    case 'failover': {
      const args = c.remainingArgs();
      if (args.length === 0) return c.argErr();
      const codes = args.map((each) => each.toUpperCase());
      const bad = codes.findIndex((each) => !rcodes.includes(each));
      if (bad >= 0) return { error: `${args[bad]} is not a valid rcode` };
      if (name === 'failover' && codes.includes('NOERROR')) {
        return { error: 'NoError cannot be used in failover' };
      }
      draft[name] = codes;
      return 'done';
    }
    default:
      return c.err(`unknown property '${name}'`);
  }
}
