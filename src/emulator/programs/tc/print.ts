import type { LinkInfo } from '../../network/api.ts';
import type { QdiscInfo, QdiscStatistics } from '../../network/link/qdisc.ts';
import { percentText, rateText, sizeText, timeText } from './units.ts';

export interface TcOptions {
  readonly stats: boolean;
  readonly details: boolean;
  readonly json: boolean;
  readonly pretty: boolean;
}

type Shown = QdiscInfo & Partial<QdiscStatistics>;

const FQ_CODEL =
  'limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms memory_limit 32Mb ecn ' +
  'drop_batch 64 ';

/** References to a discipline: one for each transmit queue, and one for the device. */
const references = ({ kind }: LinkInfo, { handle }: QdiscInfo) =>
  handle !== '0:' && kind === 'veth' ? 3 : 2;

/** A discipline as a line, with what it did so far behind it. */
export function printQdisc(
  link: LinkInfo,
  qdisc: Shown,
  withDevice: boolean,
  { stats, details }: TcOptions,
): string {
  const where = withDevice ? `dev ${link.name} ` : '';
  const count = references(link, qdisc);
  const head = `qdisc ${qdisc.kind} ${qdisc.handle} ${where}root refcnt ${count} `;
  return `${head}${optionsText(qdisc, details)}\n${stats ? statistics(qdisc) : ''}`;
}

function optionsText(qdisc: Shown, details: boolean): string {
  switch (qdisc.kind) {
    case 'netem':
      return netemText(qdisc);
    case 'tbf': {
      const { rate = 0, burst = 0, latency = 0 } = qdisc;
      const more = details ? '/1 mpu 0b' : '';
      const layer = details ? 'linklayer ethernet ' : '';
      const size = `burst ${sizeText(burst)}${more}`;
      return `rate ${rateText(rate)} ${size} lat ${timeText(latency)} ${layer}`;
    }
    case 'pfifo':
      return `limit ${qdisc.limit ?? 1000}p`;
    case 'bfifo':
      return `limit ${sizeText(qdisc.limit ?? 1514_000)}`;
    case 'fq_codel':
      return FQ_CODEL;
    case 'pfifo_fast':
      return 'bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1';
    default:
      return '';
  }
}

function netemText(qdisc: QdiscInfo): string {
  const { limit, delay, jitter, loss, duplicate, corrupt, rate, correlation } = qdisc;
  const after = (name: 'delay' | 'loss' | 'duplicate' | 'corrupt') =>
    correlation?.[name] ? ` ${percentText(correlation[name])}` : '';
  return [
    `limit ${limit ?? 1000}`,
    delay ? ` delay ${timeText(delay)}` : '',
    delay && jitter ? `  ${timeText(jitter)}${after('delay')}` : '',
    loss ? ` loss ${percentText(loss)}${after('loss')}` : '',
    duplicate ? ` duplicate ${percentText(duplicate)}${after('duplicate')}` : '',
    corrupt ? ` corrupt ${percentText(corrupt)}${after('corrupt')}` : '',
    rate ? ` rate ${rateText(rate)}` : '',
  ].join('');
}

function statistics({ bytes = 0, packets = 0, dropped = 0, overlimits = 0 }: Shown): string {
  return (
    ` Sent ${bytes} bytes ${packets} pkt (dropped ${dropped}, overlimits ${overlimits} ` +
    'requeues 0) \n backlog 0b 0p requeues 0\n'
  );
}

/** A discipline as `-j` shows it. */
export function jsonQdisc(link: LinkInfo, qdisc: Shown, withDevice: boolean, { stats }: TcOptions) {
  const { kind, handle, bytes = 0, packets = 0, dropped = 0, overlimits = 0 } = qdisc;
  return {
    kind,
    handle,
    ...(withDevice ? { dev: link.name } : {}),
    root: true,
    refcnt: references(link, qdisc),
    options: jsonOptions(qdisc),
    ...(stats
      ? { bytes, packets, drops: dropped, overlimits, requeues: 0, backlog: 0, qlen: 0 }
      : {}),
  };
}

function jsonOptions(qdisc: Shown) {
  const { rate, burst, latency, limit, delay, jitter = 0, loss, duplicate, corrupt } = qdisc;
  if (qdisc.kind === 'tbf') return { rate, burst, lat: latency };
  if (qdisc.kind !== 'netem') return limit === undefined ? {} : { limit };
  const share = (name: string, value: number | undefined) =>
    value ? { [name]: { [name]: value, correlation: 0 } } : {};
  return {
    limit,
    ...(delay ? { delay: { delay: delay / 1e6, jitter: jitter / 1e6, correlation: 0 } } : {}),
    ...share('loss-random', loss),
    ...share('duplicate', duplicate),
    ...share('corrupt', corrupt),
    ...(rate ? { rate: { rate } } : {}),
  };
}
