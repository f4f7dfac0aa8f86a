import type { Controller, ConfigError } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { atoi, parseDuration } from '../../go.ts';
import { originsOf } from '../../zones.ts';

/** Limits of one half of the cache: entries, and microseconds. */
export interface Limits {
  readonly capacity: number;
  readonly most: number;
  readonly least: number;
}

export interface CacheConfig {
  readonly zones: readonly string[];
  readonly success: Limits;
  readonly denial: Limits;
  readonly servfail: number;
  readonly prefetch: number;
  readonly prefetchDuration: number;
  readonly prefetchPercentage: number;
  readonly staleFor: number;
  readonly verify: boolean;
  readonly keepTtl: boolean;
  readonly successExcept: readonly string[];
  readonly denialExcept: readonly string[];
}

type Draft = { -readonly [Key in keyof CacheConfig]: CacheConfig[Key] };

const SECOND = 1_000_000;
const CAPACITY = 10_000;

/** Reads the cache stanza. A first argument that is no number is a zone. */
export function readCache(c: Controller): CacheConfig | ConfigError {
  const draft: Draft = {
    zones: [],
    success: { capacity: CAPACITY, most: 3_600 * SECOND, least: 5 * SECOND },
    denial: { capacity: CAPACITY, most: 1_800 * SECOND, least: 5 * SECOND },
    servfail: 5 * SECOND,
    prefetch: 0,
    prefetchDuration: 60 * SECOND,
    prefetchPercentage: 10,
    staleFor: 0,
    verify: false,
    keepTtl: false,
    successExcept: [],
    denialExcept: [],
  };
  let count = 0;
  while (c.next()) {
    if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
    let args = c.remainingArgs();
    const ttl = args[0] === undefined ? undefined : atoi(args[0]);
    if (typeof ttl === 'number') {
      if (ttl <= 0) return { error: `cache TTL can not be zero or negative: ${ttl}` };
      draft.success = { ...draft.success, most: ttl * SECOND };
      draft.denial = { ...draft.denial, most: ttl * SECOND };
      args = args.slice(1);
    }
    draft.zones = originsOf(args, c.keys);
    while (c.nextBlock()) {
      const failed = readProperty(c, draft);
      if (failed) return failed;
    }
  }
  return draft;
}

function readProperty(c: Controller, draft: Draft): ConfigError | undefined {
  const name = c.val();
  const args = c.remainingArgs();
  switch (name) {
    case 'success':
    case 'denial': {
      if (args.length === 0) return c.argErr();
      const limits = readLimits(name, args, draft[name]);
      if (isError(limits)) return limits;
      draft[name] = limits;
      return undefined;
    }
    case 'prefetch':
      return readPrefetch(c, args, draft);
    case 'serve_stale':
      return readStale(c, args, draft);
    case 'servfail': {
      if (args.length !== 1) return c.argErr();
      const duration = parseDuration(args[0] as string);
      if (isError(duration)) return duration;
      if (duration < 0) return { error: 'invalid negative ttl for servfail' };
      if (duration > 300 * SECOND)
        return { error: 'caching SERVFAIL responses over 5 minutes is not permitted' };
      draft.servfail = duration;
      return undefined;
    }
    case 'disable':
      return readDisable(c, args, draft);
    case 'keepttl':
      if (args.length !== 0) return c.argErr();
      draft.keepTtl = true;
      return undefined;
    default:
      return c.argErr();
  }
}

function readLimits(name: string, args: readonly string[], limits: Limits): Limits | ConfigError {
  const [capacity, most, least] = args.map((each) => atoi(each));
  if (isError(capacity)) return capacity;
  let own: Limits = { ...limits, capacity: capacity as number };
  if (most !== undefined) {
    if (isError(most)) return most;
    if (most <= 0) return { error: `cache TTL can not be zero or negative: ${most}` };
    own = { ...own, most: most * SECOND };
    if (least !== undefined) {
      if (isError(least)) return least;
      if (least < 0) return { error: `cache min TTL can not be negative: ${least}` };
      own = { ...own, least: least * SECOND };
    } else if (own.least > own.most) own = { ...own, least: own.most };
  }
  void name;
  return own;
}

function readPrefetch(
  c: Controller,
  args: readonly string[],
  draft: Draft,
): ConfigError | undefined {
  if (args.length === 0 || args.length > 3) return c.argErr();
  const amount = atoi(args[0] as string);
  if (isError(amount)) return amount;
  if (amount < 0) return { error: `prefetch amount should be positive: ${amount}` };
  draft.prefetch = amount;
  if (args[1] !== undefined) {
    const duration = parseDuration(args[1]);
    if (isError(duration)) return duration;
    draft.prefetchDuration = duration;
  }
  if (args[2] === undefined) return undefined;
  if (!args[2].endsWith('%'))
    return {
      error:
        'last character of percentage should be `%`, but is: ' + JSON.stringify(args[2].at(-1)),
    };
  const percentage = atoi(args[2].slice(0, -1));
  if (isError(percentage)) return percentage;
  if (percentage < 10 || percentage > 90) {
    return { error: `percentage should fall in range [10, 90]: ${percentage}` };
  }
  draft.prefetchPercentage = percentage;
  return undefined;
}

function readStale(c: Controller, args: readonly string[], draft: Draft): ConfigError | undefined {
  if (args.length > 2) return c.argErr();
  draft.staleFor = 3_600 * SECOND;
  if (args[0] !== undefined) {
    const duration = parseDuration(args[0]);
    if (isError(duration)) return duration;
    if (duration < 0) return { error: 'invalid negative duration for serve_stale' };
    draft.staleFor = duration;
  }
  draft.verify = false;
  if (args[1] === undefined) return undefined;
  const mode = args[1].toLowerCase();
  if (mode !== 'immediate' && mode !== 'verify') {
    return { error: `invalid value for serve_stale refresh mode: ${args[1].toLowerCase()}` };
  }
  draft.verify = mode === 'verify';
  return undefined;
}

function readDisable(
  c: Controller,
  args: readonly string[],
  draft: Draft,
): ConfigError | undefined {
  const [kind, ...zones] = args;
  if (kind === undefined) return c.argErr();
  const except = originsOf(zones, c.keys);
  if (kind === 'success') draft.successExcept = except;
  else if (kind === 'denial') draft.denialExcept = except;
  else return { error: 'cache type for disable must be "success" or "denial"' };
  return undefined;
}
