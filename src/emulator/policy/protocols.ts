/** Numbers of protocols by the names that policies use (IANA). */
const numbers: Readonly<Record<string, number>> = {
  ICMP: 1,
  TCP: 6,
  UDP: 17,
  ICMPV6: 58,
  SCTP: 132,
  UDPLITE: 136,
};

/** A protocol by name, in any case, or by number; -1 for a name that nobody knows. */
export function numberOf(protocol: string | number): number {
  if (typeof protocol === 'number') return protocol;
  return numbers[protocol.toUpperCase()] ?? (/^\d+$/.test(protocol) ? Number(protocol) : -1);
}
