import type { Engine } from '../engine.ts';
import { transmit } from '../link/transmit.ts';
import type { NetnsView } from '../netns.ts';
import { broadcastMac, type Arp } from '../packet.ts';
import { route } from '../route.ts';
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
    const proxied = forUs === undefined && isProxied(view, device, arp);
    const create = proxied || (forUs !== undefined && forUs.scope !== 'host');
    learnNeighbour(engine, view, device, senderAddress, senderMac, 'HEARD', create);
  }
  const proxied = !forUs && isProxied(view, device, arp);
  if ((!forUs || forUs.scope === 'host') && !proxied) return;
  const ignore = view.deviceSetting(device, 'arp_ignore');
  if (ignore >= 1 && forUs && forUs.device !== device) return;
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

/** With proxy_arp the host answers for what it would forward to by another device. */
function isProxied(view: NetnsView, device: string, arp: Arp): boolean {
  if (view.deviceSetting(device, 'proxy_arp') !== 1) return false;
  const decision = route(view, arp.targetAddress);
  return decision.type === 'unicast' && decision.device !== device;
}

/**
 * Tells everybody on the link where a device's addresses are (`inetdev_send_gratuitous_arp`), where
 * arp_notify asks for it: otherwise the old owner's MAC address would be believed for a while.
 */
export function announce(engine: Engine, view: NetnsView, device: string): void {
  const link = view.links.get(device);
  if (!link?.up || view.deviceSetting(device, 'arp_notify') !== 1) return;
  for (const { address } of view.addresses.get(device) ?? []) {
    if (address.includes(':')) continue;
    transmit(engine, view, device, {
      source: link.mac,
      destination: broadcastMac,
      body: {
        kind: 'arp',
        operation: 'request',
        senderMac: link.mac,
        senderAddress: address,
        targetMac: '00:00:00:00:00:00',
        targetAddress: address,
      },
    });
  }
}
