// Makes the served definitions (`components.schemas` of `/openapi/v3`) from the client's models, the
// texts of both packages and what `structure.mjs` tells. Rules: openapi-gen of kube-openapi.
import * as facts from './structure.mjs';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const simple = {
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
};
const boxed = {
  FieldsV1: `${META}.FieldsV1`,
  RawExtension: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
};
const JSON_TYPES = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const scalars = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  any: { type: 'object' },
};
const zeros = { string: '', bool: false, int32: 0, int64: 0, float64: 0 };

/**
 * One definition.
 * @param {{name: string, properties: Record<string, string>, descriptions: Record<string, string>}} model
 * @param {{nameOf: Function, told: Record<string, string>, choices: Record<string, object>}} known
 *   full names, texts by field, and values by field
 */
export function definitionOf(model, { nameOf, told, choices }) {
  const { key, kind } = nameOf(model.name);
  const properties = {};
  const required = [];
  for (const [field, type] of Object.entries(model.properties)) {
    if (type.endsWith('!')) required.push(field);
    const at = { key, kind, field, text: told[field], choice: choices[field] };
    properties[field] = property(type, at, nameOf);
  }
  const union = facts.unions[kind];
  return {
    ...(told[''] && { description: told[''] }),
    type: 'object',
    ...(required.length > 0 && { required: inOrder(required, key, kind) }),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(has(facts.atomicTypes, key, kind) && { 'x-kubernetes-map-type': 'atomic' }),
    ...(union && {
      'x-kubernetes-unions': [
        {
          ...(union.discriminator && { discriminator: union.discriminator }),
          'fields-to-discriminateBy': union.fields,
        },
      ],
    }),
  };
}

/**
 * How a model's fields merge, for patches and server-side apply.
 * @returns what `Merging` of apimachinery/schema.ts has, of this model alone
 */
export function mergingOf(model, nameOf) {
  const { key, kind } = nameOf(model.name);
  const out = { keys: {}, patchKeys: {}, retaining: [], atomic: [] };
  for (const [field, type] of Object.entries(model.properties)) {
    const at = { key, kind, field };
    const name = `${model.name}.${field}`;
    const told = { ...listFacts(type, at), ...retains(at), ...mapFacts(at) };
    const kept = told['x-kubernetes-list-type'];
    if (kept === 'map') out.keys[name] = told['x-kubernetes-list-map-keys'];
    else if (kept === 'set') out.keys[name] = [''];
    const mergeKey = told['x-kubernetes-patch-merge-key'];
    if (mergeKey) out.patchKeys[name] = mergeKey;
    else if (among(facts.mergedSets, key, kind, field)) out.patchKeys[name] = '';
    if (among(facts.retaining, key, kind, field)) out.retaining.push(name);
    const [, list = '', ref] = /^(\[\])?ref:(\w+)/.exec(type) ?? [];
    const whole = ref && has(facts.atomicTypes, nameOf(ref).key, nameOf(ref).kind);
    const mapType = told['x-kubernetes-map-type'];
    const owned = mapType === 'atomic' || (whole && mapType !== 'granular');
    if (owned && (list === '' || kept === 'map')) out.atomic.push(name + list);
  }
  return out;
}

function property(text, at, nameOf) {
  const required = text.endsWith('!');
  const [, wrapping, base] = /^((?:\[\]|\{\})*)([^!]+)!?$/.exec(text);
  const one = single(base, at, nameOf);
  const described = at.text ? { description: at.text } : {};
  if (wrapping !== '') {
    return { ...described, ...nested(wrapping, one), ...listFacts(wrapping, at), ...mapFacts(at) };
  }
  const value = defaultOf(base, one, required, at);
  const given = value === undefined ? {} : { default: value };
  if (!one.$ref) return { ...described, ...one, ...given };
  if (!at.text && value === undefined) return one;
  return { ...described, ...given, allOf: [one], ...retains(at), ...mapFacts(at) };
}

/** A value without what is around it. */
function single(base, { key, kind, field, choice }, nameOf) {
  if (base.startsWith('ref:')) return refTo(nameOf(base.slice(4)).full);
  if (simple[base]) return refTo(simple[base]);
  if (base === 'string' && among(facts.quantities, key, kind, field)) {
    return refTo(simple.quantity);
  }
  const inside = base === 'any' && lookup(facts.boxes, key, kind, field);
  if (inside) return refTo(boxed[inside] ?? `${JSON_TYPES}.${inside}`);
  return { ...scalars[base], ...(choice && { enum: Object.keys(choice.values) }) };
}

function refTo(name) {
  return { $ref: `#/components/schemas/${name}` };
}

function nested(wrapping, one) {
  if (wrapping === '') return one;
  const inner = nested(wrapping.slice(2), one);
  if (wrapping.startsWith('[]')) return { type: 'array', items: inner };
  return { type: 'object', additionalProperties: inner };
}

function listFacts(wrapping, at) {
  if (!wrapping.startsWith('[]')) return {};
  const { key, kind, field } = at;
  const merged = lookup(facts.listMaps, key, kind, field);
  const keys = merged ?? lookup(facts.unmergedMaps, key, kind, field);
  const out = {};
  if (keys) {
    out['x-kubernetes-list-map-keys'] = keys.split(',');
    out['x-kubernetes-list-type'] = 'map';
  } else if (among(facts.listSets, key, kind, field)) out['x-kubernetes-list-type'] = 'set';
  else if (
    !(field === 'items' && kind.endsWith('List')) &&
    !among(facts.plainLists, key, kind, field)
  )
    out['x-kubernetes-list-type'] = 'atomic';
  const mergeKey = merged?.split(',')[0] ?? lookup(facts.mergedAtomic, key, kind, field);
  if (mergeKey) out['x-kubernetes-patch-merge-key'] = mergeKey;
  const merges = mergeKey || among(facts.mergedSets, key, kind, field);
  return { ...out, ...retains(at, merges ? ['merge'] : []) };
}

function retains({ key, kind, field }, strategies = []) {
  const all = among(facts.retaining, key, kind, field) ? [...strategies, 'retainKeys'] : strategies;
  return all.length > 0 ? { 'x-kubernetes-patch-strategy': all.join(',') } : {};
}

function mapFacts({ key, kind, field }) {
  const mapType = lookup(facts.mapTypes, key, kind, field);
  return mapType ? { 'x-kubernetes-map-type': mapType } : {};
}

/** openapi-gen's default: the zero of what Go always writes, or what a marker says. */
function defaultOf(base, one, required, { key, kind, field }) {
  const marked = lookup(facts.defaults, key, kind, field);
  if (marked !== undefined) return marked;
  if (one.$ref) {
    const struct = base.startsWith('ref:');
    const byValue = facts.held.has(field) || among(facts.held, key, kind, field);
    const pointer = !struct || among(facts.pointers, key, kind, field);
    return byValue && !pointer ? {} : undefined;
  }
  const always = required
    ? !among(facts.unwritten, key, kind, field)
    : among(facts.written, key, kind, field);
  return always ? zeros[base] : undefined;
}

/** Required fields come in the order of the Go type. */
function inOrder(required, key, kind) {
  if (required.length === 2 && required.includes('type') && required.includes('status')) {
    return ['type', 'status'];
  }
  const order = (facts.orders[key] ?? facts.orders[kind] ?? '').split(' ');
  return required.toSorted((a, b) => order.indexOf(a) - order.indexOf(b) || (a < b ? -1 : 1));
}

function has(table, key, kind) {
  return table.has(key) || table.has(kind);
}

function among(table, key, kind, field) {
  return table.has(`${key}.${field}`) || table.has(`${kind}.${field}`);
}

function lookup(table, key, kind, field) {
  return table[`${key}.${field}`] ?? table[`${kind}.${field}`];
}
