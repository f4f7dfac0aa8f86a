import { withParticle } from '../../course/particles.ts';
import type { PacketHead, PacketHop } from '../../session/trace/api.ts';
import { tracerStrings } from './texts.ts';

type Language = 'ko' | 'en';

/** Where a hop is: the pod or machine, and the device. */
export function placeOf({ kind, node, pod, device, rule, over }: PacketHop): string {
  const at = short(pod ?? node);
  if (kind === 'link' && over) {
    const from = over[0]!;
    const start = short(from.pod ?? from.node);
    return start === at ? at : `${start} → ${at}`;
  }
  if (rule && rule.chain !== 'route') return `${at} · ${rule.chain}`;
  return device && kind !== 'nat' ? `${at} ${device}` : at;
}

const short = (name: string) => name.replace(/^default\//, '');

type Say = (hop: PacketHop) => string;

/** What happens at a hop, in a sentence. */
export function sentenceOf(hop: PacketHop, language: Language): string {
  return (language === 'ko' ? korean : english)[hop.kind](hop);
}

const devices = ({ over, device }: PacketHop): string[] =>
  over?.map((each) => each.device) ?? [device ?? ''];
const word = (what: string, pattern: RegExp) => pattern.exec(what)?.[1] ?? '';
const asked = ({ what }: PacketHop) => what.split(' → ');
const viaDevice = ({ rule }: PacketHop) => word(rule?.text ?? '', / dev (\S+)/);

const korean: Record<PacketHop['kind'], Say> = {
  name: (hop) => {
    const [name = '', address] = asked(hop);
    if (address === undefined)
      return `${withParticle(name.split(':')[0]!, '이라는')} 이름이 없어요`;
    return `이름을 물어 ${withParticle(address, '을')} 받았어요`;
  },
  link: (hop) => {
    const [first = '', ...rest] = devices(hop);
    const last = rest.at(-1);
    return last
      ? `${first}에서 ${withParticle(last, '으로')} 건너가요`
      : `${withParticle(first, '을')} 지나요`;
  },
  neighbour: ({ what }) =>
    `${withParticle(word(what, /nobody has (\S+)/), '을')} 가진 이웃이 없어요`,
  route: (hop) => {
    const device = viaDevice(hop);
    if (/^sent by/.test(hop.what))
      return `길을 골라 ${withParticle(device || '밖', '으로')} 보내요`;
    if (/^forwarded/.test(hop.what))
      return `길을 골라 ${withParticle(device || '밖', '으로')} 넘겨요`;
    if (/^dropped: /.test(hop.what)) return `버려요: ${hop.what.slice(9)}`;
    if (/^no route/.test(hop.what)) return '갈 길이 없어요';
    if (/do not fit/.test(hop.what)) return `MTU ${word(hop.what, /MTU (\d+)/)}에 들어가지 않아요`;
    return /time to live/.test(hop.what) ? 'TTL이 다했어요' : hop.what;
  },
  nat: ({ what, changed, after }) => {
    const side = changed.includes('from') ? 'from' : 'to';
    const name = side === 'from' ? '출발지를' : '목적지를';
    const back = /^reply/.test(what);
    return `${name} ${withParticle(after[side], '으로')} ${back ? '되돌려요' : '바꿔요'}`;
  },
  gate: ({ what }) => {
    if (/^accept$/i.test(what)) return '규칙이 통과시켜요';
    if (/^drop$/i.test(what)) return '규칙이 말없이 버려요';
    if (/^dropped: /.test(what)) return `버려요: ${what.slice(9)}`;
    const answer = word(what, /with (\S+)/);
    return answer ? `규칙이 거부하고 알려요 (${answer})` : what;
  },
  wrap: ({ after }) => `${withParticle(after.outer?.kind ?? '', '으로')} 감싸요`,
  unwrap: () => '겉을 벗겨요',
  socket: ({ what }) => {
    if (/^delivered/.test(what)) return '소켓이 받았어요';
    if (/established/.test(what)) return '연결이 됐어요';
    if (/^nothing/.test(what)) return '듣는 프로세스가 없어서 거부해요';
    if (/refused/.test(what)) return '연결을 거부당했어요';
    if (/reset/.test(what)) return '연결이 끊겼어요';
    if (/request answered/.test(what)) return '핑에 대답해요';
    if (/reply received/.test(what)) return '대답을 받았어요';
    return `${withParticle(word(what, /^ICMP (\S+)/), '을')} 들었어요`;
  },
  lost: ({ what }) => `사라져요: ${what}`,
};

const english: Record<PacketHop['kind'], Say> = {
  name: (hop) => {
    const [name = '', address] = asked(hop);
    return address === undefined
      ? `there is no name ${name.split(':')[0]}`
      : `the name gives ${address}`;
  },
  link: (hop) => {
    const [first = '', ...rest] = devices(hop);
    const last = rest.at(-1);
    return last ? `crosses from ${first} to ${last}` : `passes ${first}`;
  },
  neighbour: ({ what }) => `no neighbour has ${word(what, /nobody has (\S+)/)}`,
  route: (hop) => {
    const device = viaDevice(hop);
    if (/^sent by/.test(hop.what)) return `a route is chosen: out by ${device}`;
    if (/^forwarded/.test(hop.what)) return `a route is chosen: on by ${device}`;
    return hop.what;
  },
  nat: ({ what, changed, after }) => {
    const side = changed.includes('from') ? 'from' : 'to';
    const name = side === 'from' ? 'source' : 'destination';
    return `${name} ${/^reply/.test(what) ? 'goes back' : 'changes'} to ${after[side]}`;
  },
  gate: ({ what }) => {
    if (/^accept$/i.test(what)) return 'a rule lets it pass';
    if (/^drop$/i.test(what)) return 'a rule drops it without a word';
    const answer = word(what, /with (\S+)/);
    return answer ? `a rule refuses it (${answer})` : what;
  },
  wrap: ({ after }) => `is wrapped into ${after.outer?.kind ?? ''}`,
  unwrap: () => 'is unwrapped',
  socket: ({ what }) => (/^delivered/.test(what) ? 'a socket takes it' : what),
  lost: ({ what }) => `is lost: ${what}`,
};

/** A header's fields as rows: name, before, after, and whether they differ. */
export interface HeadRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

/** Rows of the table of headers; what a packet has not is left out. */
export function headRows({ before, after }: PacketHop, language: Language): HeadRow[] {
  const t = tracerStrings(language);
  const show = (head: PacketHead): Record<string, string> => ({
    from: head.from,
    to: head.to,
    ttl: String(head.ttl),
    flags: head.flags,
    size: head.size === 0 ? '' : t('bytes', { n: head.size }),
    mark: head.mark,
    mac: head.macFrom === undefined ? '' : `${head.macFrom} > ${head.macTo}`,
    outer: head.outer
      ? [
          `${head.outer.kind} ${head.outer.from} > ${head.outer.to}`,
          t('bytes', { n: head.outer.size }),
        ].join(', ')
      : '',
  });
  const [old, made] = [show(before), show(after)];
  return (['from', 'to', 'ttl', 'flags', 'size', 'mark', 'mac', 'outer'] as const)
    .filter((field) => old[field] !== '' || made[field] !== '')
    .map((field) => ({
      name: t(`field.${field}`),
      before: old[field] || t('none'),
      after: made[field] || t('none'),
      changed: old[field] !== made[field],
    }));
}

/** The title of what is told of a hop: the number and what changed there. */
export function titleOf(hop: PacketHop, number: number, language: Language): string {
  const { changed, kind } = hop;
  const ko = language === 'ko';
  if (kind === 'nat' && changed.includes('to'))
    return ko ? `${number}홉에서 목적지가 바뀌었어요` : `At hop ${number} the destination changes`;
  if (kind === 'nat')
    return ko ? `${number}홉에서 출발지가 바뀌었어요` : `At hop ${number} the source changes`;
  const sentence = sentenceOf(hop, language);
  return ko ? `${number}홉: ${sentence}` : `Hop ${number}: ${sentence}`;
}

/** The hop as lines of text, for those who do not look at the picture. */
export function twinOf(hop: PacketHop, language: Language): string[] {
  const t = tracerStrings(language);
  const rows = headRows(hop, language).filter(({ changed }) => changed);
  return [
    ...rows.map(({ name, before, after }) => `${name}: ${before} → ${after}`),
    ...(hop.rule ? [`${t(hop.rule.chain === 'route' ? 'route' : 'rule')}: ${hop.rule.text}`] : []),
    ...hop.conntrack.map((line) => `${t('conntrack')}: ${line}`),
  ];
}
