import type { Pod } from '../../../src/emulator/resources/pod-template/shapes.ts';

/** Ranges of the second cluster of the recordings, by their README. */
export const dualRanges = {
  serviceCidrs: ['10.96.0.0/12', 'fd00:10:96::/112'],
  podCidrs: ['10.244.0.0/16', 'fd00:10:244::/56'],
} as const;

/** `10.244.1.2` of a pod is `fd00:10:244:1::2` as well; the emulated network has IPv4 alone. */
function secondOf(address: string): string {
  const [, , subnet = '0', host = '0'] = address.split('.');
  const net = subnet === '0' ? 'fd00:10:244' : `fd00:10:244:${Number(subnet).toString(16)}`;
  return `${net}::${Number(host).toString(16)}`;
}

/** A pod's status with an address of each family, as kubelets of that cluster write it. */
export function withSecondFamily(pod: Pod): Pod {
  const { status } = pod;
  if (!status?.podIP?.startsWith('10.244.')) return pod;
  const podIPs = [{ ip: status.podIP }, { ip: secondOf(status.podIP) }];
  return { ...pod, status: { ...status, podIPs } };
}
