// The little of DER (X.690) that keys and certificates need.
import { civil, fromCivil } from '../world/time.ts';
import type { Micros } from '../world/json.ts';
import { joined, utf8Octets, type Octets } from './octets.ts';

const byte = (...values: readonly number[]): Octets => Uint8Array.from(values);

/** An element: its tag, the length, what is in it. */
export function element(tag: number, ...content: readonly Octets[]): Octets {
  const body = joined(...content);
  return joined(byte(tag), lengthOf(body.length), body);
}

function lengthOf(length: number): Octets {
  if (length < 128) return byte(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return byte(0x80 | bytes.length, ...bytes);
}

export const sequence = (...content: readonly Octets[]) => element(0x30, ...content);
export const set = (...content: readonly Octets[]) => element(0x31, ...content);
export const utf8 = (text: string) => element(0x0c, utf8Octets(text));
export const octets = (...content: readonly Octets[]) => element(0x04, ...content);
export const bits = (content: Octets) => element(0x03, byte(0), content);
export const truth = () => element(0x01, byte(0xff));
export const nothing = () => element(0x05);
/** `[n]` with its content in it. */
export const explicit = (number: number, ...content: readonly Octets[]) =>
  element(0xa0 | number, ...content);

/** A whole number that is not negative. */
export function integer(bytes: Octets): Octets {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const short = bytes.subarray(from);
  const first = short[0] ?? 0;
  return element(0x02, ...(first > 127 || short.length === 0 ? [byte(0)] : []), short);
}

/** `2.5.4.3` */
export function identifier(text: string): Octets {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const each of rest) {
    const groups = [each % 128];
    for (let left = Math.floor(each / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left % 128) + 128);
    }
    bytes.push(...groups);
  }
  return element(0x06, byte(...bytes));
}

/** A point in time: UTCTime up to 2049, as RFC 5280 wants it, GeneralizedTime from then on. */
export function time(at: Micros): Octets {
  const { year, month, day, hour, minute, second } = civil(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}Z`;
  return year < 2050
    ? element(0x17, utf8Octets(two(year % 100) + rest))
    : element(0x18, utf8Octets(String(year) + rest));
}

/** An element as read: `whole` is all its bytes, `content` what is in it. */
export interface Element {
  readonly tag: number;
  readonly content: Octets;
  readonly whole: Octets;
  /** Where its content begins in the bytes that were read. */
  readonly at: number;
}

/** The elements that stand one after another in these bytes; undefined where they are no DER. */
export function elements(bytes: Octets): readonly Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const tag = bytes[at++] as number;
    const first = bytes[at++];
    if (first === undefined || first === 0x80 || first > 0x84) return undefined;
    let length = first;
    if (first > 0x80) {
      length = 0;
      for (let count = first - 0x80; count > 0; count--) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (at + length > bytes.length) return undefined;
    const content = bytes.subarray(at, at + length);
    found.push({ tag, content, whole: bytes.subarray(start, at + length), at });
    at += length;
  }
  return found;
}

/** Elements inside a sequence or set; empty where there are none or it is no DER. */
export const inside = (one: Element | undefined): readonly Element[] =>
  (one && elements(one.content)) ?? [];

/** The content of an integer without the zero that keeps it positive. */
export function integerOf(one: Element | undefined): Octets {
  const bytes = one?.content ?? new Uint8Array();
  return bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** `2.5.4.3` of an object identifier. */
export function identifierOf(one: Element | undefined): string {
  const bytes = one?.content ?? new Uint8Array();
  const first = bytes[0] ?? 0;
  const top = Math.min(2, Math.floor(first / 40));
  const numbers = [top, first - top * 40];
  let value = 0;
  for (const each of bytes.subarray(1)) {
    value = value * 128 + (each & 0x7f);
    if (each < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  return numbers.join('.');
}

/** Text of any of the string types. */
export function textOf(one: Element | undefined): string {
  if (!one) return '';
  // BMPString has two bytes for each letter.
  if (one.tag === 0x1e) {
    const units = Array.from({ length: one.content.length / 2 }, (_, index) => index * 2);
    const at = (index: number) => one.content[index] ?? 0;
    return String.fromCharCode(...units.map((index) => at(index) * 256 + at(index + 1)));
  }
  return new TextDecoder().decode(one.content);
}

/** The point in time of a UTCTime or GeneralizedTime. */
export function timeOf(one: Element | undefined): Micros {
  const text = textOf(one);
  const short = one?.tag === 0x17;
  const [year = 0, ...rest] = short
    ? (text.match(/\d\d/g) ?? []).map(Number)
    : [Number(text.slice(0, 4)), ...(text.slice(4).match(/\d\d/g) ?? []).map(Number)];
  const [month = 1, day = 1, hour = 0, minute = 0, second = 0] = rest;
  const full = short ? (year < 50 ? 2000 + year : 1900 + year) : year;
  return fromCivil(full, month, day, hour, minute, second);
}
