// CoreDNS's chain of plugins without sockets: a Corefile and a question in, a message out.
import { serve } from '../../../src/emulator/programs/coredns/chain.ts';
import { readServers } from '../../../src/emulator/programs/coredns/servers.ts';
import type { ClusterData } from '../../../src/emulator/programs/coredns/cluster-data.ts';
import type {
  Answered,
  Ask,
  Context,
  Query,
} from '../../../src/emulator/programs/coredns/plugin.ts';
import type { Files } from '../../../src/emulator/host/syscalls.ts';
import {
  makeQuestion,
  type DnsMessage,
  type DnsRecord,
} from '../../../src/emulator/host/resolver/message.ts';
import type { Json } from '../../../src/emulator/world/json.ts';

/** Files by their paths; all others are missing. */
export function filesOf(texts: { readonly [path: string]: string }): Files {
  const read = (path: string) => {
    const text = texts[path];
    return text === undefined ? 'ENOENT' : { text };
  };
  const stat = (path: string) =>
    texts[path] === undefined ? 'ENOENT' : { type: 'file', size: texts[path]?.length };
  return { read, stat, list: () => 'ENOENT' } as unknown as Files;
}

const noCluster: ClusterData = {
  synced: true,
  serial: 0,
  service: () => undefined,
  endpoints: () => [],
  servicesByAddress: () => [],
  endpointsByAddress: () => [],
  namespace: () => undefined,
  podsByAddress: () => [],
};

export interface Place {
  readonly files?: Files;
  readonly cluster?: ClusterData;
  readonly localAddresses?: readonly string[];
  /** What plugins remember, from one question to the next. */
  readonly memory?: Map<string, Json>;
  /** What another server answers (`none`: it does not); undefined where nobody knows. */
  readonly upstream?: (ask: Ask & { readonly ask: 'upstream' }) => DnsMessage | 'none' | undefined;
}

/** What plugins may use, in a place. */
export function contextIn(place: Place, server: Context['server']): Context {
  const memory = place.memory ?? new Map<string, Json>();
  const remember = (name: string, value: Json | undefined) => {
    if (value === undefined) memory.delete(name);
    else memory.set(name, value);
  };
  return {
    now: 1_000_000,
    server,
    files: place.files,
    chance: () => 0.25,
    memory: <T extends Json>(name: string) => memory.get(name) as T | undefined,
    remember,
    rememberNow: remember,
    memories: (prefix) => [...memory].filter(([name]) => name.startsWith(prefix)),
    log: () => undefined,
    cluster: place.cluster ?? noCluster,
    localAddresses: place.localAddresses ?? [],
    // oxlint-disable-next-line require-yield -- there is nobody else to ask
    *lookup() {
      return undefined;
    },
  };
}

/** A question as a client sends it. */
export function queryFor(
  name: string,
  type: string,
  options: Partial<DnsMessage> = {},
  client = { address: '10.240.0.1', port: 40_212 },
): Query {
  return {
    request: makeQuestion(1, name, type, options),
    client,
    local: { address: '127.0.0.1', port: 53 },
    protocol: 'udp',
    number: 1,
    started: 1_000_000,
  };
}

/** The answer of a server with this Corefile; undefined where it has to ask another one. */
export function answerOf(
  corefile: string,
  query: Query,
  place: Place,
): { readonly message: DnsMessage | undefined } | { readonly error: string } | undefined {
  const read = readServers('Corefile', corefile, {
    ...(place.files && { files: place.files }),
    env: {},
  });
  if ('error' in read) return { error: read.error };
  const steps = serve(read.servers, query, (server, again) => ({
    ...contextIn(place, server),
    *lookup(from, name, type) {
      const { question: _question, ...rest } = from.request;
      const question = { name, type };
      return yield* again({ ...from, request: { ...rest, question } });
    },
  }));
  let step = steps.next();
  while (!step.done) {
    const ask = step.value;
    const said = ask.ask === 'upstream' ? place.upstream?.(ask) : undefined;
    if (said === undefined) return undefined;
    const at = 1_000_000;
    const failed: Answered = { failed: 'timeout', text: 'i/o timeout', at: 7_000_000 };
    step = steps.next(said === 'none' ? failed : { message: said, at });
  }
  return { message: step.value };
}

/** A record in one line; of SOA records only the names, as serials and times vary. */
export function lineOf({ name, type, ttl, data }: DnsRecord): string {
  return canonicalLine(`${name}\t${ttl}\tIN\t${type}\t${data}`);
}

/** The same of a line that is given. */
export function canonicalLine(line: string): string {
  const words = line.trim().split(/\s+/);
  const plain = words.join(' ').replaceAll(/\bCH\b/g, 'IN');
  return words[3] === 'SOA' ? [words[0], ...words.slice(3, 6)].join(' ') : plain;
}
