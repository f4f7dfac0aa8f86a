import type { Micros } from '../../world/json.ts';
import { isErrno } from '../errno.ts';
import type { Call, Sys } from '../syscalls.ts';
import { parseResolverConfig } from './config.ts';
import { getaddrinfo } from './getaddrinfo.ts';

export interface BindServer {
  readonly address: string;
  /** The name that it was given by. */
  readonly shown: string;
}

/** What resolv.conf and the options of a BIND tool come to. */
export interface BindSettings {
  readonly servers: readonly BindServer[];
  readonly port: number;
  readonly search: readonly string[];
  readonly ndots: number;
  readonly tries: number;
  readonly timeout: Micros;
}

const SECOND = 1_000_000;
const DEFAULT_TRIES = 3;

/**
 * Reads /etc/resolv.conf as BIND's own reader (lib/irs) does: without servers both loopback
 * addresses are asked, and without `attempts` a server is tried three times.
 */
export function readBindSettings(sys: Sys): BindSettings {
  const found = sys.files.read('/etc/resolv.conf');
  const text = isErrno(found) ? '' : found.text;
  const config = parseResolverConfig(text);
  const servers = config.nameservers.length > 0 ? config.nameservers : ['::1', '127.0.0.1'];
  const given = /^\s*options\b.*\battempts:/m.test(text);
  return {
    servers: servers.map((address) => ({ address, shown: address })),
    port: 53,
    search: config.search,
    ndots: config.ndots,
    tries: given ? Math.max(1, config.attempts) : DEFAULT_TRIES,
    timeout: config.timeout,
  };
}

/** Addresses of a server given by name or number; undefined where it has none. */
export function* findServers(sys: Sys, name: string): Call<readonly BindServer[] | undefined> {
  const found = yield* getaddrinfo(sys, name);
  if (!found.ok) return undefined;
  return found.addresses.map((address) => ({ address, shown: name }));
}

/** Text of an option's number of seconds as a time; undefined for what is none. */
export function secondsOf(text: string): Micros | undefined {
  return /^\d+$/.test(text) ? Math.max(1, Number(text)) * SECOND : undefined;
}
