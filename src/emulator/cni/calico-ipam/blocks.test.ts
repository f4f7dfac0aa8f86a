import { expect, it } from 'vitest';
import { addressesOf, addressAt, allocate, newBlock, release, type Attribute } from './blocks.ts';

const pod = (name: string): Attribute => ({
  handle_id: `k8s-pod-network.${name}`,
  secondary: { namespace: 'default', node: 'worker-1', pod: name },
});

it('gives addresses in order, and one that came back only after all others', () => {
  let blocks: ReturnType<typeof release> = [newBlock('10.244.16.64/30', 'worker-1')];
  const take = (name: string) => {
    const given = allocate(blocks, pod(name));
    blocks = given?.blocks ?? blocks;
    return given?.address;
  };
  expect([take('a'), take('b'), take('c')]).toEqual([
    '10.244.16.64',
    '10.244.16.65',
    '10.244.16.66',
  ]);
  blocks = release(blocks, pod('a').handle_id);
  expect(blocks[0]).toMatchObject({ allocations: [null, 0, 1, null], unallocated: [3, 0] });
  expect(addressesOf(blocks, pod('c').handle_id)).toEqual(['10.244.16.66']);
  expect([take('d'), take('e'), take('f')]).toEqual(['10.244.16.67', '10.244.16.64', undefined]);
});

it('takes the next block when one is full, and the address that is asked for', () => {
  const blocks = [newBlock('10.0.0.0/31', 'n'), newBlock('10.0.1.0/31', 'n')];
  const asked = allocate(blocks, pod('a'), '10.0.1.1');
  expect(asked?.address).toBe('10.0.1.1');
  expect(allocate(asked?.blocks ?? [], pod('b'), '10.0.1.1')).toBeUndefined();
  const second = allocate(blocks, pod('a'));
  const third = allocate(second?.blocks ?? [], pod('b'));
  expect(allocate(third?.blocks ?? [], pod('c'))?.address).toBe('10.0.1.0');
  expect(addressAt(newBlock('10.244.121.64/26', 'n'), 63)).toBe('10.244.121.127');
});
