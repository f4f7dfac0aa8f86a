// Virtual LANs of a bridge (`net/bridge/br_vlan.c`): with vlan_filtering each frame belongs to one.
import type { LinkRecord } from '../netns.ts';
import type { Frame } from '../packet.ts';

/** A VLAN that a port, or the bridge itself, belongs to. */
export interface PortVlan {
  readonly vid: number;
  /** What comes without a number belongs to this one. */
  readonly pvid?: boolean;
  /** Its frames leave without a number. */
  readonly untagged?: boolean;
}

type Device = Pick<LinkRecord, 'options'>;

/** Whether a bridge keeps its VLANs apart. */
export const filtersVlans = ({ options }: Device) => options?.['vlan_filtering'] === 1;

/** VLANs of a port or of the bridge itself: its own list, or the bridge's default alone. */
export function vlansOf(bridge: Device, device: Device): readonly PortVlan[] {
  const own = device.options?.['vlans'] as readonly PortVlan[] | undefined;
  if (own) return own;
  const vid = Number(bridge.options?.['vlan_default_pvid'] ?? 1);
  return vid === 0 ? [] : [{ vid, pvid: true, untagged: true }];
}

/** The VLAN of a frame that comes in by a device; undefined where it may not. */
export function vlanOf(bridge: Device, device: Device, frame: Frame): number | undefined {
  const vlans = vlansOf(bridge, device);
  const vid = frame.vlan ?? vlans.find(({ pvid }) => pvid)?.vid;
  return vlans.some((each) => each.vid === vid) ? vid : undefined;
}

/** The frame as it leaves by a device, or undefined where its VLAN is not there. */
export function leaving(
  bridge: Device,
  device: Device,
  frame: Frame,
  vid: number,
): Frame | undefined {
  const member = vlansOf(bridge, device).find((each) => each.vid === vid);
  if (!member) return undefined;
  const { vlan: _vlan, ...rest } = frame;
  return member.untagged ? rest : { ...rest, vlan: vid };
}
