import { foldAddress } from '../../network/ipvs/schedulers/hash.ts';
import { toGroups } from '../../network/netfilter/iptables/address.ts';
import type { RealServer, VirtualServer } from '../../network/ipvs/types.ts';

const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

/**
 * Sorted as ipvsadm does it. It subtracts addresses as signed numbers, so that those above
 * 128.0.0.0 may stand before or behind others, as the merging of the C library meets them.
 */
export function sorted(servers: readonly VirtualServer[]): readonly VirtualServer[] {
  return mergeSort(servers, (a, b) => {
    const marks = (a.mark ?? 0) - (b.mark ?? 0);
    const families = Number(a.address.includes(':')) - Number(b.address.includes(':'));
    const protocols = NUMBERS[a.protocol] - NUMBERS[b.protocol];
    return (
      marks || families || protocols || compareAddresses(a.address, b.address) || a.port - b.port
    );
  });
}

export function sortedReals(reals: readonly RealServer[]): readonly RealServer[] {
  return mergeSort(reals, (a, b) => compareAddresses(a.address, b.address) || a.port - b.port);
}

function compareAddresses(a: string, b: string): number {
  const [left, right] = [toGroups(a), toGroups(b)];
  if (!left || !right) return (foldAddress(a) - foldAddress(b)) | 0;
  for (let i = 0; i < 8; i += 2) {
    const word = (groups: readonly number[]) => ((groups[i] ?? 0) << 16) | (groups[i + 1] ?? 0);
    const difference = (word(left) - word(right)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Merge sort from the top down, as the C library's `qsort` is one. */
function mergeSort<T>(list: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  if (list.length <= 1) return list;
  const half = list.length >> 1;
  const left = mergeSort(list.slice(0, half), compare);
  const right = mergeSort(list.slice(half), compare);
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const [a, b] = [left[i] as T, right[j] as T];
    if (compare(a, b) <= 0) {
      merged.push(a);
      i += 1;
    } else {
      merged.push(b);
      j += 1;
    }
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}
