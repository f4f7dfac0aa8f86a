import {
  containsIp,
  ipText,
  lastIp,
  netText,
  networkIp,
  nextIp,
  parseIp,
  parseNet,
  sameIp,
  type Ip,
  type Net,
} from '../ip.ts';
import { failure, isError, type CniError } from '../types.ts';

/** A range as configured. */
export interface RangeConf {
  readonly subnet?: string;
  readonly rangeStart?: string;
  readonly rangeEnd?: string;
  readonly gateway?: string;
}

/** A range with all that was left out filled in. */
export interface Range {
  readonly subnet: Net;
  readonly start: Ip;
  readonly end: Ip;
  readonly gateway: Ip;
}

/** `10.22.0.1-10.22.255.254`, several with commas. */
export function rangeSetText(set: readonly Range[]): string {
  return set.map(({ start, end }) => `${ipText(start)}-${ipText(end)}`).join(',');
}

/** Checks a set of ranges and fills in what was left out (`Range.Canonicalize`). */
export function readRangeSet(
  set: readonly RangeConf[],
  index: number,
): readonly Range[] | CniError {
  const ranges: Range[] = [];
  for (const conf of set) {
    const range = readRange(conf);
    if (isError(range)) return failure(`invalid range set ${index}: ${range.msg}`);
    if (ranges[0] && ranges[0].start.bits !== range.start.bits) {
      return failure(`invalid range set ${index}: mixed address families`);
    }
    const clash = ranges.find((other) => overlaps(other, range));
    if (clash) {
      const [a, b] = [rangeSetText([clash]), rangeSetText([range])];
      return failure(`invalid range set ${index}: subnets ${a} and ${b} overlap`);
    }
    ranges.push(range);
  }
  if (ranges.length === 0) return failure(`invalid range set ${index}: empty range set`);
  return ranges;
}

function overlaps(a: Range, b: Range): boolean {
  return (
    a.start.bits === b.start.bits && a.start.value <= b.end.value && b.start.value <= a.end.value
  );
}

function readRange(conf: RangeConf): Range | CniError {
  const net = parseNet(conf.subnet ?? '');
  if (!net) return failure(`invalid CIDR address: ${conf.subnet ?? ''}`);
  const { ip, prefix } = net;
  if (prefix > ip.bits - 2) return failure(`Network ${netText(net)} too small to allocate from`);
  const base = networkIp(net);
  if (!sameIp(base, ip)) {
    return failure(
      `Network has host bits set. For a subnet mask of length ${prefix} ` +
        `the network address is ${ipText(base)}`,
    );
  }
  const gateway = conf.gateway ? parseIp(conf.gateway) : nextIp(base);
  if (!gateway) return failure(`gateway ${conf.gateway ?? ''} is not a valid IP address`);
  const start = conf.rangeStart ? parseIp(conf.rangeStart) : nextIp(base);
  const end = conf.rangeEnd ? parseIp(conf.rangeEnd) : lastIp(net);
  if (!start || !containsIp(net, start)) {
    return failure(`RangeStart ${conf.rangeStart ?? ''} not in network ${netText(net)}`);
  }
  if (!end || !containsIp(net, end)) {
    return failure(`RangeEnd ${conf.rangeEnd ?? ''} not in network ${netText(net)}`);
  }
  return { subnet: net, start, end, gateway };
}

/** Whether an address may be given out of a set. */
export function rangeOf(set: readonly Range[], ip: Ip): Range | undefined {
  return set.find(
    ({ start, end }) => start.bits === ip.bits && ip.value >= start.value && ip.value <= end.value,
  );
}

/**
 * The candidates of a set in order: from the one after the last that was given, round and round
 * once; gateways are left out. A generator, because sets may be huge.
 */
export function* candidates(set: readonly Range[], last: Ip | undefined): Generator<[Ip, Range]> {
  let at = last ? set.findIndex((range) => rangeOf([range], last) !== undefined) : 0;
  let current = at >= 0 ? last : undefined;
  at = Math.max(at, 0);
  let first: Ip | undefined;
  for (;;) {
    const range = set[at] as Range;
    if (!current) current = range.start;
    else if (sameIp(current, range.end)) {
      at = (at + 1) % set.length;
      current = (set[at] as Range).start;
    } else current = nextIp(current);
    if (!first) first = current;
    else if (sameIp(first, current)) return;
    const here = set[at] as Range;
    if (!sameIp(current, here.gateway)) yield [current, here];
  }
}
