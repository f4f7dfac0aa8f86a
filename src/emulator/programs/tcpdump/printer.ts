import type { Octets } from './octets.ts';

/** How packets are shown. */
export interface Style {
  /** `-v` given so many times. */
  readonly verbose: number;
  readonly quiet: boolean;
  /** `-e` */
  readonly link: boolean;
  /** `-S` */
  readonly absolute: boolean;
  /** `-n`: no names for addresses; `-nn` is the same for ports. */
  readonly numeric: boolean;
}

/** What printing needs beside a packet's bytes. */
export interface Printer {
  readonly style: Style;
  /** First numbers of each conversation, so that later ones can be told from there. */
  readonly conversations: Map<string, { seq: number; ack: number }>;
  /** Names of addresses that were looked up. */
  readonly names: Map<string, string>;
  /** Name of a port; its number where it has none. */
  port(number: number, protocol: 'tcp' | 'udp'): string;
}

/** A part of a packet: the bytes, and where in them it begins and ends. */
export interface Span {
  readonly bytes: Octets;
  readonly at: number;
  readonly end: number;
}

/** An address by its name, where names are wanted and there is one. */
export const named = (printer: Printer, address: string): string =>
  printer.names.get(address) ?? address;
