import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { Frame } from '../packet.ts';

/** A queueing discipline at the root of a device, as `tc qdisc` sets it. */
export interface QdiscInfo {
  readonly kind: string;
  /** `8001:` */
  readonly handle: string;
  /** netem: shares are 0 to 1. */
  readonly delay?: Micros;
  readonly jitter?: Micros;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly corrupt?: number;
  /** netem: how much a draw depends on the one before, 0 to 1. */
  readonly correlation?: {
    readonly [draw in 'delay' | 'loss' | 'duplicate' | 'corrupt']?: number;
  };
  /** netem and tbf: bytes in a second. */
  readonly rate?: number;
  /** tbf: bytes that may go at once, and how long one may wait. */
  readonly burst?: number;
  readonly latency?: Micros;
  /** Packets (netem, pfifo) or bytes (tbf, bfifo) that wait at most. */
  readonly limit?: number;
}

/** What a discipline has done so far, as `tc -s` shows it. */
export interface QdiscStatistics {
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly overlimits: number;
}

const none: QdiscStatistics = { packets: 0, bytes: 0, dropped: 0, overlimits: 0 };

export const qdiscStatisticsKey = (ref: NetnsRef, device: string) =>
  `${volatileKey(ref)}qdisc/${device}`;
const bucketKey = (ref: NetnsRef, device: string) => `${volatileKey(ref)}bucket/${device}`;

/** What becomes of a frame: when each copy of it leaves, or why none does. */
export interface Passage {
  readonly delays: readonly Micros[];
  readonly why?: string;
}

/** Passes a frame through a device's discipline (`netem_enqueue`, `tbf_enqueue`). */
export function passQdisc(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  qdisc: QdiscInfo,
  frame: Frame,
): Passage {
  const id = frame.body.kind === 'ip' ? `${frame.body.id}` : `arp-${engine.now}`;
  const purpose = `${engine.purpose}qdisc/${ref.host}/${ref.netns}/${device}/${id}/${engine.now}`;
  const chance = (what: Draw) => draw(engine, ref, device, qdisc, purpose, what);
  const size = 14 + (frame.body.kind === 'ip' ? frame.body.size : 28);
  const known = engine.records.get<QdiscStatistics>(qdiscStatisticsKey(ref, device)) ?? none;
  const counted = { ...known, packets: known.packets + 1, bytes: known.bytes + size };
  const tell = (statistics: QdiscStatistics) =>
    engine.records.put(qdiscStatisticsKey(ref, device), statistics as never);
  if ((qdisc.loss ?? 0) > 0 && chance('loss') < (qdisc.loss ?? 0)) {
    tell({ ...known, dropped: known.dropped + 1 });
    return { delays: [], why: `lost by netem on ${device}` };
  }
  if ((qdisc.corrupt ?? 0) > 0 && chance('corrupt') < (qdisc.corrupt ?? 0)) {
    tell(counted);
    return { delays: [], why: `corrupted by netem on ${device}: its checksum is wrong` };
  }
  const queued = rateDelay(engine, ref, device, qdisc, size);
  if (queued === undefined) {
    tell({ ...known, dropped: known.dropped + 1, overlimits: known.overlimits + 1 });
    return { delays: [], why: `dropped by ${qdisc.kind} on ${device}: its queue is full` };
  }
  tell(queued > 0 ? { ...counted, overlimits: counted.overlimits + 1 } : counted);
  const spread = qdisc.jitter ? qdisc.jitter * (2 * chance('delay') - 1) : 0;
  const delay = Math.max(0, Math.round((qdisc.delay ?? 0) + spread)) + queued;
  const twice = (qdisc.duplicate ?? 0) > 0 && chance('duplicate') < (qdisc.duplicate ?? 0);
  return { delays: twice ? [delay, delay] : [delay] };
}

type Draw = 'delay' | 'loss' | 'duplicate' | 'corrupt';

/** A draw, drawn towards the one before as far as the correlation says (`get_crandom`). */
function draw(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  { correlation }: QdiscInfo,
  purpose: string,
  what: Draw,
): number {
  const fresh = engine.chance.number(`${purpose}/${what}`);
  const weight = correlation?.[what] ?? 0;
  if (weight === 0) return fresh;
  const key = `${volatileKey(ref)}draw/${device}/${what}`;
  const last = engine.records.get<number>(key) ?? fresh;
  const value = last * weight + fresh * (1 - weight);
  engine.records.put(key, value);
  return value;
}

/** How long a frame waits for its turn at a rate; undefined where the queue is full. */
function rateDelay(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  { rate, burst = 0, latency, limit, kind }: QdiscInfo,
  size: number,
): Micros | undefined {
  if (!rate) return 0;
  // The moment at which all that was let through so far will have been sent at the rate.
  const before = engine.records.get<Micros>(bucketKey(ref, device)) ?? 0;
  const start = Math.max(before, engine.now - (burst / rate) * SECOND);
  const end = start + (size / rate) * SECOND;
  const wait = Math.max(0, Math.round(end - engine.now));
  const longest = latency ?? (kind === 'tbf' && limit ? (limit / rate) * SECOND : Infinity);
  if (wait > longest) return undefined;
  engine.records.put(bucketKey(ref, device), end);
  return wait;
}
