import type { DnsMessage, DnsRcode, DnsRecord } from '../../../../host/resolver/message.ts';
import type { Steps } from '../../plugin.ts';
import type { Zone } from './zone.ts';

/** What a zone says of a name. */
export interface Found {
  readonly rcode: DnsRcode;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  /** Another server answers for the name: the authority section says which. */
  readonly delegated?: true;
}

/** Asks the whole server for a name that lies outside. */
export type Lookup = (name: string, type: string) => Steps<DnsMessage | undefined>;

/** Longest chain of aliases that is followed. */
const MOST_ALIASES = 8;

/** Looks a name up (lookup.go): delegations, the name, wildcards, names between. */
export function* lookup(zone: Zone, name: string, type: string, outside: Lookup): Steps<Found> {
  const of = (owner: string, kind: string) =>
    zone.records.filter((each) => each.name === owner && each.type === kind);
  const apex = (kind: string) => of(zone.origin, kind);
  if (name === zone.origin && type === 'NS') return success(apex('NS'), [], glue(zone, apex('NS')));
  const cut = ancestors(zone, name).find((each) => of(each, 'NS').length > 0);
  if (cut !== undefined && !(cut === name && type === 'DS')) {
    const authority = of(cut, 'NS');
    const additional = glue(zone, authority);
    return { rcode: 'NOERROR', answers: [], authority, additional, delegated: true };
  }
  const no = (rcode: DnsRcode): Found => ({
    rcode,
    answers: [],
    authority: apex('SOA'),
    additional: [],
  });
  const exists = zone.records.some((each) => each.name === name);
  const wild = exists ? undefined : wildcardFor(zone, name);
  const owner = exists ? name : wild;
  if (owner === undefined) {
    const between = zone.records.some((each) => each.name.endsWith(`.${name}`));
    return no(between ? 'NOERROR' : 'NXDOMAIN');
  }
  const named = (list: readonly DnsRecord[]) => list.map((each) => ({ ...each, name }));
  const aliases = named(of(owner, 'CNAME'));
  if (aliases.length > 0 && type !== 'CNAME') {
    return yield* follow(zone, aliases, type, outside, apex('NS'));
  }
  const answers = named(of(owner, type));
  if (answers.length === 0) return no('NOERROR');
  return success(answers, apex('NS'), exists ? glue(zone, answers) : []);
}

const success = (
  answers: readonly DnsRecord[],
  authority: readonly DnsRecord[],
  additional: readonly DnsRecord[],
): Found => ({ rcode: 'NOERROR', answers, authority, additional });

/** Names from below the zone's own down to the name itself. */
function ancestors({ origin }: Zone, name: string): readonly string[] {
  const labels = name.split('.');
  const names = labels.map((_each, index) => labels.slice(index).join('.'));
  return names.filter((each) => each.length > origin.length && each.endsWith(origin)).toReversed();
}

/** The wildcard nearest to a name that does not exist. */
function wildcardFor(zone: Zone, name: string): string | undefined {
  return ancestors(zone, name)
    .map((each) => each.replace(/^[^.]+/, '*'))
    .findLast((each) => zone.records.some((record) => record.name === each));
}

/** Addresses in this zone of what MX, NS and SRV records point to. */
function glue({ records }: Zone, from: readonly DnsRecord[]): readonly DnsRecord[] {
  const targets = from
    .filter(({ type }) => ['MX', 'NS', 'SRV'].includes(type))
    .map(({ data }) => data.split(' ').at(-1));
  return records.filter(
    ({ name, type }) => (type === 'A' || type === 'AAAA') && targets.includes(name),
  );
}

function* follow(
  zone: Zone,
  aliases: readonly DnsRecord[],
  type: string,
  outside: Lookup,
  authority: readonly DnsRecord[],
): Steps<Found> {
  const answers = [...aliases];
  for (let hops = 0; hops < MOST_ALIASES; hops++) {
    const target = answers.at(-1)?.data.toLowerCase() ?? '';
    const own = zone.records.filter((each) => each.name === target);
    if (own.length === 0) {
      const found = yield* outside(target, type);
      const failed = found?.rcode === 'NXDOMAIN' || found?.rcode === 'SERVFAIL';
      const rcode = failed ? found.rcode : 'NOERROR';
      answers.push(...(found?.answers ?? []));
      return { rcode, answers, authority, additional: [] };
    }
    const next = own.filter((each) => each.type === 'CNAME');
    if (next.length === 0) {
      answers.push(...own.filter((each) => each.type === type));
      break;
    }
    answers.push(...next);
  }
  return success(answers, authority, []);
}
