import { base64Error } from '../world/base64.ts';
import { parseQuantity } from './quantity.ts';
import { goName, shapeOf, type Schemas } from './schema.ts';

/** What strict decoding found: types that cannot be read, and fields that nobody knows. */
export interface Decoded {
  /** First type error, in Go's words; the object is refused. */
  readonly wrong?: string;
  /** `unknown field "spec.foo"`, in order of their paths. */
  readonly unknown: readonly string[];
}

/**
 * Checks data against a definition as encoding/json does with Go's structs. Types that do not fit
 * end it at the first, as `json: cannot unmarshal string into Go struct field …`.
 */
export function decode(schemas: Schemas, definition: string, value: unknown): Decoded {
  const unknown: string[] = [];
  const root = goName(definition);
  const place = { up: undefined, path: '', field: '', go: root, unknown };
  const wrong = struct(schemas, definition, value, place);
  return { ...(wrong !== undefined && { wrong }), unknown };
}

/** Structs that Go embeds: their fields are the holder's own, but messages name them. */
const embeds: Readonly<Record<string, { readonly name: string; readonly own: RegExp }>> = {
  V1IngressRule: { name: 'IngressRuleValue', own: /^host$/ },
  V1Volume: { name: 'VolumeSource', own: /^name$/ },
  V1PersistentVolumeSpec: {
    name: 'PersistentVolumeSource',
    own: /^(capacity|accessModes|claimRef|mountOptions|nodeAffinity|volumeMode|storageClassName)$/,
  },
  V1Probe: { name: 'ProbeHandler', own: /(Seconds|Threshold)$/ },
  V1EphemeralContainer: { name: 'EphemeralContainerCommon', own: /^targetContainerName$/ },
};

function embeddedIn(definition: string, field: string): string | undefined {
  const embed = embeds[definition];
  return embed && !embed.own.test(field) ? embed.name : undefined;
}

/** Where a value stands. Its whole path is only put together where something is wrong there. */
interface Place {
  readonly up: Place | undefined;
  /** What it adds to the JSON path for unknown fields: `.ports`, `[0]`. */
  readonly path: string;
  /** What it adds to the dotted fields of Go's message; an item of a list adds nothing. */
  readonly field: string;
  /** Go struct that holds the field. */
  readonly go: string;
  readonly unknown: string[];
}

function pathOf({ up, path }: Place): string {
  const above = up ? pathOf(up) : '';
  return above === '' && path.startsWith('.') ? path.slice(1) : above + path;
}

function fieldsOf({ up, field }: Place): string {
  const above = up ? fieldsOf(up) : '';
  return above === '' || field === '' ? above + field : `${above}.${field}`;
}

/** The field that a value is of, or is an item of. */
function lastField({ up, field }: Place): string {
  return field === '' && up ? lastField(up) : field.slice(field.lastIndexOf('.') + 1);
}

/**
 * Frozen data that was found right, with its definition: what comes back unchanged in a later write
 * (the spec in a write of the status) is not looked at again.
 */
const right = new WeakMap<object, string>();

function struct(
  schemas: Schemas,
  definition: string,
  value: unknown,
  place: Place,
): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return mismatch(value, place, goStruct(definition));
  }
  if (right.get(value) === definition) return undefined;
  const known = schemas[definition];
  if (!known || Object.keys(known).length === 0) return undefined;
  const go = goName(definition);
  const before = place.unknown.length;
  for (const [name, member] of Object.entries(value)) {
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    const path = `.${name}`;
    if (type === undefined) {
      const unknown = { up: place, path, field: '', go, unknown: place.unknown };
      place.unknown.push(`unknown field "${pathOf(unknown)}"`);
      continue;
    }
    if (member === null) continue;
    const embedded = embeddedIn(definition, name);
    const field = embedded === undefined ? name : `${embedded}.${name}`;
    const inner = { up: place, path, field, go, unknown: place.unknown };
    const wrong = property(schemas, type, member, inner);
    if (wrong !== undefined) return wrong;
  }
  if (place.unknown.length === before && Object.isFrozen(value)) right.set(value, definition);
  return undefined;
}

function property(
  schemas: Schemas,
  type: string,
  value: unknown,
  place: Place,
): string | undefined {
  const shape = shapeOf(type);
  const one = (item: unknown, at: Place) =>
    shape.base === 'ref'
      ? struct(schemas, shape.ref as string, item, at)
      : scalar(shape.base, item, at);
  if (shape.list) {
    if (!Array.isArray(value)) return mismatch(value, place, `[]${goType(shape.base, shape.ref)}`);
    for (const [index, item] of value.entries()) {
      const wrong = one(item, below(place, `[${index}]`));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (shape.map) {
    if (typeof value !== 'object' || Array.isArray(value) || value === null) {
      return mismatch(value, place, `map[string]${goType(shape.base, shape.ref)}`);
    }
    for (const [key, item] of Object.entries(value)) {
      const wrong = one(item, below(place, `.${key}`));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  return one(value, place);
}

function below(up: Place, path: string): Place {
  return { up, path, field: '', go: up.go, unknown: up.unknown };
}

function scalar(base: string, value: unknown, place: Place): string | undefined {
  if (value === null) return undefined;
  switch (base) {
    case 'string':
    case 'bytes':
      if (isQuantityPlace(place)) {
        const text = typeof value === 'number' ? String(value) : value;
        return typeof text === 'string' ? quantityError(text) : BAD_QUANTITY;
      }
      if (typeof value !== 'string')
        return mismatch(value, place, base === 'bytes' ? '[]uint8' : base);
      return base === 'bytes' ? base64Error(value) : undefined;
    case 'time':
    case 'microTime':
      return typeof value === 'string' ? undefined : mismatch(value, place, 'string');
    case 'bool':
      return typeof value === 'boolean' ? undefined : mismatch(value, place, 'bool');
    case 'int32':
    case 'int64':
      if (typeof value !== 'number') return mismatch(value, place, base);
      if (!Number.isInteger(value) || (base === 'int32' && Math.abs(value) > 2_147_483_647)) {
        return mismatch(value, place, base);
      }
      return undefined;
    case 'float64':
      return typeof value === 'number' ? undefined : mismatch(value, place, base);
    case 'intOrString':
      if (typeof value === 'string' || typeof value === 'number') return undefined;
      return (
        `json: cannot unmarshal ${jsonName(value)} into Go struct ` +
        `field ${place.go}.${fieldsOf(place)} of type intstr.IntOrString`
      );
    default:
      return undefined;
  }
}

/** Lists of resources, by the field that holds them: their values are quantities. */
const quantityMaps = new Set(
  (
    'limits requests capacity allocatable hard used overhead podFixed allocatedResources ' +
    'default defaultRequest max min maxLimitRequestRatio'
  ).split(' '),
);

/** Types whose maps hold quantities. */
const quantityHolders = new RegExp(
  '^(ResourceRequirements|VolumeResourceRequirements|NodeStatus|PodSpec|ResourceQuota\\w+' +
    '|LimitRangeItem|ContainerStatus|PersistentVolume\\w*|Overhead)$',
);

function isQuantityPlace(place: Place): boolean {
  const name = lastField(place);
  if (name === 'sizeLimit' || name === 'divisor') return fieldsOf(place) !== name;
  return quantityMaps.has(name) && quantityHolders.test(place.go);
}

const BAD_QUANTITY =
  'quantities must match the regular expression ' +
  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Whether a text is a quantity, with Go's error if not. */
export function quantityError(text: string): string | undefined {
  return parseQuantity(text) ? undefined : BAD_QUANTITY;
}

function mismatch(value: unknown, place: Place, goType: string): string {
  const shown =
    typeof value === 'number' && goType.startsWith('int') ? `number ${value}` : jsonName(value);
  return (
    `json: cannot unmarshal ${shown} into Go struct field ` +
    `${place.go}.${fieldsOf(place)} of type ${goType}`
  );
}

function jsonName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return (
    { boolean: 'bool', number: 'number', string: 'string', object: 'object' }[
      typeof value as 'string'
    ] ?? 'null'
  );
}

function goType(base: string, ref?: string): string {
  if (base === 'ref') return goStruct(ref as string);
  return (
    {
      intOrString: 'intstr.IntOrString',
      time: 'v1.Time',
      microTime: 'v1.MicroTime',
      any: 'interface {}',
      bytes: '[]uint8',
    }[base] ?? base
  );
}

function goStruct(definition: string): string {
  const version = /V(\d(?:alpha\d|beta\d)?)/.exec(definition)?.[1] ?? '1';
  return `v${version}.${goName(definition)}`;
}
