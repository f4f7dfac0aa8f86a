import type { Structural } from '../../../apimachinery/structural.ts';
import {
  backendRef,
  headerName,
  hostname,
  parentRefs,
  routeStatus,
  sectionName,
  sessionPersistence,
} from '../shared.ts';
import { AGE, type GatewayKind } from '../crd.ts';
import { list, mapList, obj, oneOf, rules, text, withDefault } from '../schema.ts';
import { grpcFilters } from './filters.ts';

const TYPE = withDefault(oneOf('Exact', 'RegularExpression'), 'Exact');
const valid = (field: string, pattern: string): [string, string] => [
  `${field} must only contain valid characters (matching ${pattern})`,
  `(!has(self.type) || self.type == 'Exact') && has(self.${field}) ` +
    `? self.${field}.matches(r"""${pattern}"""): true`,
];
const method = obj(
  { method: text(0, 1_024), service: text(0, 1_024), type: TYPE },
  rules(
    [
      "One or both of 'service' or 'method' must be specified",
      'has(self.type) ? has(self.service) || has(self.method) : true',
    ],
    valid('service', '^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$'.replace('(?i)', '')),
    valid('method', '^[A-Za-z_][A-Za-z_0-9]*$'),
  ),
);
const header = obj({ 'name!': headerName, type: TYPE, 'value!': text(1, 4_096) });
const grpcRule = obj({
  backendRefs: list(backendRef({ filters: grpcFilters }), 16),
  filters: grpcFilters,
  matches: list(obj({ headers: mapList(header, ['name'], 16), method }), 64),
  name: sectionName,
  sessionPersistence,
});
const HOSTNAMES = { name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' };

const grpcRoute: GatewayKind = {
  kind: 'GRPCRoute',
  plural: 'grpcroutes',
  description: 'Where gRPC calls go that a Gateway takes in.',
  columns: [HOSTNAMES, AGE],
  spec: obj({ hostnames: list(hostname, 16), parentRefs, rules: list(grpcRule, 16) }),
  status: routeStatus,
};

/** Rules of routes that know connections only. */
const plainRules = list(
  obj({ 'backendRefs!': list(backendRef(), 16, { minItems: 1 }), name: sectionName }),
  1,
  { minItems: 1 },
);
const plain = (kind: string, what: string, more: Readonly<Record<string, Structural>> = {}) => ({
  kind,
  plural: `${kind.toLowerCase()}s`,
  description: `Where ${what} go that a Gateway takes in.`,
  columns: more['hostnames!'] ? [HOSTNAMES, AGE] : [AGE],
  spec: obj({ ...more, parentRefs, 'rules!': plainRules }),
  status: routeStatus,
});
const names = list(hostname, 16, {
  minItems: 1,
  ...rules(
    ['Hostnames cannot contain an IP', 'self.all(h, !isIP(h))'],
    [
      'Hostnames must be valid based on RFC-1123',
      "self.all(h, !h.contains('*') ? h.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-" +
        "9]([-a-z0-9]*[a-z0-9])?)*$') : true)",
    ],
  ),
});

export default [
  grpcRoute,
  plain('TCPRoute', 'TCP connections'),
  plain('TLSRoute', 'TLS connections', { 'hostnames!': names }),
  plain('UDPRoute', 'UDP packets'),
];
