import type { Structural } from '../../apimachinery/structural.ts';
import { int, list, mapList, obj, oneOf, rules, str, text, withDefault } from './schema.ts';

export const GROUP = 'gateway.networking.k8s.io';
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

export const hostname = text(1, 253, { pattern: `^(\\*\\.)?${SUBDOMAIN}$` });
export const preciseHostname = text(1, 253, { pattern: `^${SUBDOMAIN}$` });
export const sectionName = text(1, 253, { pattern: `^${SUBDOMAIN}$` });
export const objectName = text(1, 253);
export const namespace = text(1, 63, { pattern: `^${LABEL}$` });
export const group = text(0, 253, { pattern: `^$|^${SUBDOMAIN}$` });
export const kind = text(1, 63, { pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' });
export const port = int(1, 65_535);
export const controllerName = text(1, 253, {
  pattern: `^${SUBDOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
});
export const duration = str({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' });
export const headerName = text(1, 256, { pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$" });
export const options: Structural = {
  type: 'object',
  maxProperties: 16,
  additionalProperties: text(0, 4_096),
};
export const labels: Structural = {
  type: 'object',
  maxProperties: 8,
  additionalProperties: text(0, 63),
};

const conditionFields = obj({
  'lastTransitionTime!': str({ format: 'date-time' }),
  'message!': str({ maxLength: 32_768 }),
  observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
  'reason!': text(1, 1_024, { pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' }),
  'status!': oneOf('True', 'False', 'Unknown'),
  'type!': str({
    maxLength: 316,
    pattern: `^(${SUBDOMAIN}/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`,
  }),
});
export const conditions = mapList(conditionFields, ['type'], 8);

/** Conditions that stand before any controller has looked. */
export const pending = (...types: readonly string[]): Structural['default'] =>
  types.map((type) => ({
    lastTransitionTime: '1970-01-01T00:00:00Z',
    message: 'Waiting for controller',
    reason: 'Pending',
    status: 'Unknown',
    type,
  }));

export const parentRef = obj({
  group: withDefault(group, GROUP),
  kind: withDefault(kind, 'Gateway'),
  'name!': objectName,
  namespace,
  port,
  sectionName,
});

const sameKind =
  'p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name && ' +
  "(((!has(p1.__namespace__) || p1.__namespace__ == '') && (!has(p2.__namespace__) || " +
  "p2.__namespace__ == '')) || (has(p1.__namespace__) && has(p2.__namespace__) && " +
  'p1.__namespace__ == p2.__namespace__ ))';
export const parentRefs = list(
  parentRef,
  32,
  rules(
    [
      'sectionName must be specified when parentRefs includes 2 or ' +
        'more references to the same parent',
      `self.all(p1, self.all(p2, ${sameKind} ? ((!has(p1.sectionName) ` +
        `|| p1.sectionName == '') == ` +
        "(!has(p2.sectionName) || p2.sectionName == '')) : true))",
    ],
    [
      'sectionName must be unique when parentRefs includes 2 or more references to the same parent',
      `self.all(p1, self.exists_one(p2, ${sameKind} && (((!has(p1.sectionName) || ` +
        "p1.sectionName == '') && (!has(p2.sectionName) || p2.sectionName == '')) || " +
        '(has(p1.sectionName) && has(p2.sectionName) && p1.sectionName == p2.sectionName))))',
    ],
  ),
);

const NEEDS_PORT = rules([
  'Must have port for Service reference',
  "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
]);
/** What a reference to a backend has, besides what its route adds. */
export const backendFields = {
  group: withDefault(group, ''),
  kind: withDefault(kind, 'Service'),
  'name!': objectName,
  namespace,
  port,
};
export const weight = withDefault(int(0, 1_000_000), 1);
export const backendRef = (more: Readonly<Record<string, Structural>> = {}): Structural =>
  obj({ ...backendFields, weight, ...more }, NEEDS_PORT);
export const mirrorBackend = obj(backendFields, NEEDS_PORT);
export const localRef = obj({ 'group!': group, 'kind!': kind, 'name!': objectName });
export const secretRef = obj({
  group: withDefault(group, ''),
  kind: withDefault(kind, 'Secret'),
  'name!': objectName,
  namespace,
});

/** What happens to headers. */
const header = obj({ 'name!': headerName, 'value!': text(1, 4_096) });
export const headerFilter = obj({
  add: mapList(header, ['name'], 16),
  remove: list(str(), 16, { 'x-kubernetes-list-type': 'set' }),
  set: mapList(header, ['name'], 16),
});
export const fraction = obj(
  { denominator: withDefault(int(1, 2_147_483_647), 100), 'numerator!': int(0, 2_147_483_647) },
  rules([
    'numerator must be less than or equal to denominator',
    'self.numerator <= self.denominator',
  ]),
);
export const mirrorFilter = obj(
  { 'backendRef!': mirrorBackend, fraction, percent: int(0, 100) },
  rules([
    'Only one of percent or fraction may be specified in HTTPRequestMirrorFilter',
    '!(has(self.percent) && has(self.fraction))',
  ]),
);
export const sessionPersistence = obj(
  {
    absoluteTimeout: duration,
    cookieConfig: obj({ lifetimeType: withDefault(oneOf('Permanent', 'Session'), 'Session') }),
    idleTimeout: duration,
    sessionName: text(0, 128),
    type: withDefault(oneOf('Cookie', 'Header'), 'Cookie'),
  },
  rules([
    'AbsoluteTimeout must be specified when cookie lifetimeType is Permanent',
    '!has(self.cookieConfig) || !has(self.cookieConfig.lifetimeType) ' +
      "|| self.cookieConfig.lifetimeType != 'Permanent' || has(self.absoluteTimeout)",
  ]),
);

/** Status of a route: what each parent says of it. */
export const routeStatus = obj({
  'parents!': list(
    obj({
      'conditions!': { ...conditions, minItems: 1 },
      'controllerName!': controllerName,
      'parentRef!': parentRef,
    }),
    32,
  ),
});
