import { describe, expect, it } from 'vitest';
import { overlap, planPods, planServices, readBlock, sizeOf } from './cidr-math.ts';
import { overheadOf, sendThrough, type MtuWish } from './mtu-math.ts';

const block = (text: string) => readBlock(text)!;

describe('ranges', () => {
  it('reads both families, clears host bits, and says no to what is none', () => {
    expect(block('10.244.3.7/16')).toMatchObject({ text: '10.244.0.0/16', family: 4, prefix: 16 });
    expect(block('fd00:10:244::/56').family).toBe(6);
    expect(sizeOf(block('192.168.0.0/24'))).toBe(256n);
    for (const text of ['10.244.0.0', '10.0.0.0/33', 'x/8', '']) {
      expect(readBlock(text)).toBeUndefined();
    }
  });

  it('finds ranges that share addresses', () => {
    expect(overlap(block('10.0.0.0/8'), block('10.96.0.0/12'))).toBe(true);
    expect(overlap(block('10.96.0.0/12'), block('10.244.0.0/16'))).toBe(false);
    expect(overlap(block('10.0.0.0/8'), block('fd00::/8'))).toBe(false);
  });

  it('cuts the pods range into one for each node', () => {
    const pods = block('10.244.0.0/16');
    expect(planPods({ pods, nodeMask: 24, nodes: 3, podsPerNode: 110 })).toMatchObject({
      nodeBlocks: 256n,
      podsByAddress: 253n,
      podsPerNode: 110n,
      podsInAll: 330n,
      first: ['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24'],
      enoughNodes: true,
      enoughPods: true,
    });
    const small = planPods({ pods, nodeMask: 26, nodes: 2000, podsPerNode: 110 });
    expect(small).toMatchObject({ podsPerNode: 61n, enoughNodes: false, enoughPods: false });
    expect(planPods({ pods, nodeMask: 12, nodes: 1, podsPerNode: 1 })).toBe('mask');
    const six = block('fd00:10:244::/40');
    expect(planPods({ pods: six, nodeMask: 64, nodes: 1, podsPerNode: 1 })).toBe('many');
  });

  it('keeps a band of Service addresses for those chosen by hand', () => {
    expect(planServices(block('10.96.0.0/12'))).toMatchObject({ usable: 1_048_574n, byHand: 256n });
    expect(planServices(block('10.96.0.0/24'))).toMatchObject({ usable: 254n, byHand: 16n });
    expect(planServices(block('10.0.0.0/8')).tooLarge).toBe(true);
  });
});

describe('sizes', () => {
  const usual: MtuWish = {
    ...{ link: 1500, kind: 'vxlan', pod: 1450, tunnel: 1450, protocol: 'TCP', payload: 100 },
    ...{ dontFragment: true, icmpBlocked: false },
  };
  it('counts the bytes of each tunnel', () => {
    expect(overheadOf('none')).toBe(0);
    expect(overheadOf('vxlan')).toBe(50);
    expect(overheadOf('ipip')).toBe(20);
    expect(overheadOf('wireguard')).toBe(60);
    expect(overheadOf('wireguard6')).toBe(80);
  });

  it('lets TCP cut by itself, and IP cut what may be cut', () => {
    expect(sendThrough(usual)).toMatchObject({ end: 'fits', outer: 202, mss: 1410 });
    expect(sendThrough({ ...usual, payload: 4000 })).toMatchObject({ end: 'segmented', pieces: 3 });
    const ping = { ...usual, protocol: 'ICMP' as const, payload: 1472 };
    expect(sendThrough(ping)).toMatchObject({ end: 'refused-locally', told: 1450 });
    expect(sendThrough({ ...ping, dontFragment: false })).toMatchObject({
      ...{ end: 'fragmented', pieces: 2 },
    });
  });

  it('tells a pod whose MTU is too large, unless somebody throws the answer away', () => {
    const large = { ...usual, pod: 1500, payload: 4000 };
    expect(sendThrough(large)).toMatchObject({ end: 'told', told: 1450 });
    expect(sendThrough({ ...large, icmpBlocked: true })).toMatchObject({ end: 'black-hole' });
    expect(sendThrough({ ...large, payload: 200 })).toMatchObject({ end: 'fits' });
    expect(sendThrough({ ...large, tunnel: 1500 })).toMatchObject({ end: 'outer-fragmented' });
  });
});
