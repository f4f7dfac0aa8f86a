/** An arithmetic expression over a packet's bytes. */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'length' }
  | {
      readonly kind: 'load';
      readonly base: string;
      readonly offset: Value;
      readonly size: 1 | 2 | 4;
    }
  | { readonly kind: 'binary'; readonly operator: string; readonly a: Value; readonly b: Value }
  | { readonly kind: 'negative'; readonly of: Value };

export type Direction = 'any' | 'src' | 'dst' | 'both';

/** A filter as it was read (pcap-filter(7)). */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly a: Filter; readonly b: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'ether-type'; readonly type: number }
  | { readonly kind: 'protocol'; readonly family: 'ip' | 'ip6' | 'any'; readonly number: number }
  | {
      readonly kind: 'host';
      readonly protocol: string | undefined;
      readonly direction: Direction;
      readonly addresses: readonly string[];
    }
  | {
      readonly kind: 'net';
      readonly protocol: string | undefined;
      readonly direction: Direction;
      readonly address: string;
      readonly prefix: number;
    }
  | { readonly kind: 'ether-host'; readonly direction: Direction; readonly mac: string }
  | {
      readonly kind: 'port';
      readonly protocol: string | undefined;
      readonly direction: Direction;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'vlan'; readonly id: number | undefined }
  | { readonly kind: 'cast'; readonly of: 'broadcast' | 'multicast'; readonly layer: string }
  | { readonly kind: 'way'; readonly inbound: boolean }
  | {
      readonly kind: 'relation';
      readonly operator: string;
      readonly a: Value;
      readonly b: Value;
    };
