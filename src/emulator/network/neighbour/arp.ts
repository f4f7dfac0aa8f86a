import type { Engine } from '../engine.ts';
import { transmit } from '../link/transmit.ts';
import type { NetnsView } from '../netns.ts';
import type { Arp } from '../packet.ts';
import { learnNeighbour } from './resolve.ts';

/**
 * An ARP packet that came in by a device (`arp_process`): answers for any address of the namespace,
 * whichever device holds it (arp_ignore 0), and learns from both questions and answers.
 */
export function arpReceive(engine: Engine, view: NetnsView, device: string, arp: Arp): void {
  const link = view.links.get(device);
  if (!link || link.kind === 'loopback') return;
  const forUs = view.local.get(arp.targetAddress);
  if (arp.operation === 'reply') {
    learnNeighbour(engine, view, device, arp.senderAddress, arp.senderMac, 'REPLY', false);
    return;
  }
  // A question from 0.0.0.0 only looks for duplicates: answered, not learned.
  const probe = arp.senderAddress === '0.0.0.0';
  if (!probe) {
    const { senderAddress, senderMac } = arp;
    const create = forUs !== undefined && forUs.scope !== 'host';
    learnNeighbour(engine, view, device, senderAddress, senderMac, 'HEARD', create);
  }
  if (!forUs || forUs.scope === 'host') return;
  const ignore = view.deviceSetting(device, 'arp_ignore');
  if (ignore >= 1 && forUs.device !== device) return;
  transmit(engine, view, device, {
    source: link.mac,
    destination: arp.senderMac,
    body: {
      kind: 'arp',
      operation: 'reply',
      senderMac: link.mac,
      senderAddress: arp.targetAddress,
      targetMac: arp.senderMac,
      targetAddress: arp.senderAddress,
    },
  });
}
