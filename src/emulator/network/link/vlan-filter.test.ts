import { expect, it } from 'vitest';
import { leaving, vlanOf, vlansOf } from './vlan-filter.ts';

const bridge = { options: { vlan_filtering: 1 } };
const access = { options: { vlans: [{ vid: 10, pvid: true, untagged: true }] } };
const trunk = { options: { vlans: [{ vid: 10 }, { vid: 20 }] } };
const arp = {
  kind: 'arp',
  operation: 'request',
  senderMac: '02:00:00:00:00:01',
  senderAddress: '10.0.0.1',
  targetMac: '',
  targetAddress: '10.0.0.2',
} as const;
const frame = { source: arp.senderMac, destination: 'ff:ff:ff:ff:ff:ff', body: arp };

it('has the default VLAN where nothing was told', () => {
  expect(vlansOf(bridge, {})).toEqual([{ vid: 1, pvid: true, untagged: true }]);
});

it('puts what comes without a number into the VLAN of its port', () => {
  expect(vlanOf(bridge, access, frame)).toBe(10);
  expect(vlanOf(bridge, trunk, frame)).toBeUndefined();
  expect(vlanOf(bridge, trunk, { ...frame, vlan: 20 })).toBe(20);
  expect(vlanOf(bridge, access, { ...frame, vlan: 20 })).toBeUndefined();
});

it('marks a frame where its VLAN leaves with a number, and keeps it in where it is not', () => {
  expect(leaving(bridge, trunk, frame, 10)?.vlan).toBe(10);
  expect(leaving(bridge, access, { ...frame, vlan: 10 }, 10)?.vlan).toBeUndefined();
  expect(leaving(bridge, access, frame, 20)).toBeUndefined();
});
