import { rfc3339, rfc3339Micro } from '../../emulator/world/time.ts';
import type { Json } from '../../emulator/world/json.ts';
import { fieldsOf, type Field } from './fields.ts';
import { numberOf, textOf, wireFields, type WireField } from './wire.ts';

type Data = Record<string, Json>;

/** What a body could not be read for. */
export class ProtobufError extends Error {}

const MAGIC = [0x6b, 0x38, 0x73, 0];

/** Whether bytes begin as Kubernetes' protobuf does (`k8s\0`). */
export function isProtobuf(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * An object out of Kubernetes' protobuf envelope (`runtime.Unknown` behind `k8s\0`), as the JSON
 * of the same client would have been. Throws a ProtobufError where it is none, or of a kind whose
 * fields are not known.
 */
export function decodeProtobuf(bytes: Uint8Array): Data {
  if (!isProtobuf(bytes)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message');
  }
  try {
    return decodeUnknown(bytes.subarray(MAGIC.length));
  } catch (error) {
    if (error instanceof RangeError) throw new ProtobufError(`proto: ${error.message}`);
    throw error;
  }
}

function decodeUnknown(bytes: Uint8Array): Data {
  const parts = new Map<number, WireField['value']>();
  for (const { number, value } of wireFields(bytes)) parts.set(number, value);
  const meta = new Map<number, WireField['value']>();
  const type = parts.get(1);
  if (type instanceof Uint8Array) {
    for (const { number, value } of wireFields(type)) meta.set(number, value);
  }
  const [apiVersion, kind] = [textOf(meta.get(1)), textOf(meta.get(2))];
  const raw = parts.get(2);
  const inside = raw instanceof Uint8Array ? raw : new Uint8Array();
  const message = messageOf(apiVersion, kind);
  if (!fieldsOf(message)) {
    throw new ProtobufError(`the door does not read ${kind} of ${apiVersion} in protobuf`);
  }
  return { apiVersion, kind, ...decodeMessage(message, inside) };
}

/** Name of a kind's message in the tables. */
function messageOf(apiVersion: string, kind: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  if (group === '' || kind === 'DeleteOptions') return kind;
  const short = group.split('.')[0] as string;
  return `${short}${version === 'v1' ? '' : version}.${kind}`;
}

function decodeMessage(message: string, bytes: Uint8Array): Data {
  const fields = fieldsOf(message);
  const data: Data = {};
  if (!fields) return data;
  for (const { number, value } of wireFields(bytes)) {
    const field = fields.get(number);
    if (field) put(data, field, value);
  }
  return data;
}

function put(data: Data, field: Field, value: WireField['value']): void {
  const { name, many, keepsZero } = field;
  if (name === '') {
    Object.assign(data, decodeValue(field.type, value));
  } else if (many === 'list') {
    const list = (data[name] ??= []) as Json[];
    list.push(decodeValue(field.type, value));
  } else if (many === 'map') {
    const map = (data[name] ??= {}) as Data;
    const [key, one] = decodeEntry(field.type, value);
    map[key] = one;
  } else {
    const one = decodeValue(field.type, value);
    const zero = one === '' || one === 0 || one === false || one === null;
    if (!zero || keepsZero) data[name] = one;
  }
}

function decodeEntry(type: string, value: WireField['value']): [string, Json] {
  let key = '';
  let one = decodeValue(type, isMessage(type) ? new Uint8Array() : 0n);
  for (const part of wireFields(value instanceof Uint8Array ? value : new Uint8Array())) {
    if (part.number === 1) key = textOf(part.value);
    else if (part.number === 2) one = decodeValue(type, part.value);
  }
  return [key, one];
}

const isMessage = (type: string) => !/^[ibd]$/.test(type);

function decodeValue(type: string, value: WireField['value']): Json {
  if (type.startsWith('@')) {
    return value instanceof Uint8Array ? decodeMessage(type.slice(1), value) : {};
  }
  switch (type) {
    case 's':
      return textOf(value);
    case 'i':
      return numberOf(value);
    case 'b':
      return value !== 0n;
    case 'd':
      return typeof value === 'bigint'
        ? (new Float64Array(BigUint64Array.of(value).buffer)[0] ?? 0)
        : 0;
    case 'y':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : '';
    default:
      return decodeSpecial(type, value instanceof Uint8Array ? value : new Uint8Array());
  }
}

/** Messages whose JSON is not an object of their fields. */
function decodeSpecial(type: string, bytes: Uint8Array): Json {
  const parts = new Map<number, WireField['value']>();
  const texts: string[] = [];
  for (const { number, value } of wireFields(bytes)) {
    parts.set(number, value);
    if (number === 1) texts.push(textOf(value));
  }
  const first = parts.get(1);
  switch (type) {
    case 'T':
    case 'U': {
      if (parts.size === 0) return null;
      const micros = numberOf(first) * 1_000_000 + Math.floor(numberOf(parts.get(2)) / 1_000);
      return type === 'T' ? rfc3339(micros) : rfc3339Micro(micros);
    }
    case 'D':
      return `${numberOf(first) / 1e9}s`;
    case 'Q':
      return textOf(first);
    case 'O':
      return numberOf(first) === 1 ? textOf(parts.get(3)) : numberOf(parts.get(2));
    case 'X':
      return texts;
    default:
      return textOf(first) === '' ? null : (JSON.parse(textOf(first)) as Json);
  }
}
