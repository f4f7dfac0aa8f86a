import type { Engine } from '../engine.ts';
import { neighbourKey } from '../neighbour/resolve.ts';
import type { NetnsView } from '../netns.ts';
import type { Frame } from '../packet.ts';

/**
 * Whether a question to everybody means nothing to the namespace behind a port: it is for another,
 * and of the asker nothing is known there. Such a frame is only counted at both ends of the cable;
 * a bridge with a hundred pods would otherwise send each of them a message for each new neighbour.
 * Captures, faults, disciplines and traces make it a frame like any other.
 */
export function passesUnnoticed(
  engine: Engine,
  view: NetnsView,
  port: string,
  { body }: Frame,
): boolean {
  if (body.kind !== 'arp' || body.operation !== 'request' || body.trace !== undefined) return false;
  const link = view.links.get(port);
  const end = link?.kind === 'veth' && link.up ? link.peer : undefined;
  if (!end || view.qdiscs.size > 0 || engine.isWatched()) return false;
  const there = engine.view(end);
  const other = there?.links.get(end.name);
  if (!there || !other?.up || other.master !== undefined || other.carries) return false;
  if (there.local.has(body.targetAddress) || !isPlain(there)) return false;
  if (engine.fault(view.ref, port) || engine.fault(end, end.name)) return false;
  return engine.records.get(neighbourKey(there, end.name, body.senderAddress)) === undefined;
}

/** Views of namespaces that never answer for others. */
const plain = new WeakMap<NetnsView, boolean>();

function isPlain(view: NetnsView): boolean {
  let known = plain.get(view);
  if (known === undefined) {
    known = [...view.links.keys()].every((name) => view.deviceSetting(name, 'proxy_arp') === 0);
    plain.set(view, known);
  }
  return known;
}

/** Counts a frame at both ends of a cable as if it had gone over it. */
export function countOnly(engine: Engine, view: NetnsView, port: string, frame: Frame): void {
  const end = view.links.get(port)?.peer;
  engine.show(view.ref, port, 'Out', frame);
  if (end) engine.show(end, end.name, 'In', frame);
}
