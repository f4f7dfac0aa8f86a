import type { Structural } from '../../../apimachinery/structural.ts';
import {
  conditions,
  GROUP,
  group,
  hostname,
  kind,
  labels,
  localRef,
  namespace,
  objectName,
  options,
  pending,
  port,
  secretRef,
  sectionName,
} from '../shared.ts';
import { AGE, type GatewayKind } from '../crd.ts';
import { int, list, mapList, obj, oneOf, rules, str, text, withDefault } from '../schema.ts';

const protocol = text(1, 255, {
  pattern:
    '^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?' +
    '(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$',
});
const expression = obj({ 'key!': str(), 'operator!': str(), values: list(str()) });
const selector = obj(
  {
    matchExpressions: list(expression),
    matchLabels: { type: 'object', additionalProperties: str() },
  },
  { 'x-kubernetes-map-type': 'atomic' },
);
const routeKind = obj({ group: withDefault(group, GROUP), 'kind!': kind });
export const allowedRoutes = withDefault(
  obj({
    kinds: list(routeKind, 8),
    namespaces: withDefault(
      obj({ from: withDefault(oneOf('All', 'Selector', 'Same'), 'Same'), selector }),
      { from: 'Same' },
    ),
  }),
  { namespaces: { from: 'Same' } },
);
const tls = obj(
  {
    certificateRefs: list(secretRef, 64),
    mode: withDefault(oneOf('Terminate', 'Passthrough'), 'Terminate'),
    options,
  },
  rules([
    'certificateRefs or options must be specified when mode is Terminate',
    "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true",
  ]),
);
export const listenerFields = {
  allowedRoutes,
  hostname,
  'name!': sectionName,
  'port!': port,
  'protocol!': protocol,
  tls,
};

const UNIQUE =
  'self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol && ' +
  '(has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : ' +
  '!has(l1.hostname) && !has(l2.hostname))))';
/** Rules that hold for the listeners of a Gateway and of a ListenerSet. */
export const listenerRules = (of: string) =>
  rules(
    [
      "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
      "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
    ],
    [
      'tls mode must be Terminate for protocol HTTPS',
      "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode " +
        "== '' || l.tls.mode == 'Terminate') : true)",
    ],
    [
      'tls mode must be set for protocol TLS',
      "self.all(l, (l.protocol == 'TLS' ? has(l.tls) && has(l.tls.mode) " +
        "&& l.tls.mode != '' : true))",
    ],
    [
      "hostname must not be specified for protocols ['TCP', 'UDP']",
      "self.all(l, l.protocol in ['TCP', 'UDP'] ? (!has(l.hostname) || l.hostname == '') : true)",
    ],
    [
      `Listener name must be unique within the ${of}`,
      'self.all(l1, self.exists_one(l2, l1.name == l2.name))',
    ],
    ['Combination of port, protocol and hostname must be unique for each listener', UNIQUE],
  );

const listeners = mapList(obj(listenerFields), ['name'], 64, {
  minItems: 1,
  ...listenerRules('Gateway'),
});

const addressType = withDefault(
  text(1, 253, {
    pattern:
      '^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?' +
      "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
  }),
  'IPAddress',
);
const ipForms: Pick<Structural, 'oneOf'> = {
  oneOf: [
    {
      properties: {
        type: { enum: ['IPAddress'] },
        value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
      },
    },
    { properties: { type: { not: { enum: ['IPAddress'] } } } },
  ],
};
const address = obj(
  { type: addressType, value: text(0, 253) },
  {
    ...ipForms,
    ...rules([
      'Hostname value must be empty or contain only valid characters ' +
        '(matching ^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*' +
        '$)',
      'self.type == \'Hostname\' ? (!has(self.value) || self.value.matches(r"""^(\\*\\.)?[a' +
        '-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$""")): ' +
        'true',
    ]),
  },
);
const addresses = list(
  address,
  16,
  rules(
    [
      'IPAddress values must be unique',
      "self.all(a1, a1.type == 'IPAddress' && has(a1.value) ? self.exists_one(a2, " +
        'a2.type == a1.type && has(a2.value) && a2.value == a1.value) ' +
        ': true )',
    ],
    [
      'Hostname values must be unique',
      "self.all(a1, a1.type == 'Hostname'  && has(a1.value) ? self.exists_one(a2, " +
        'a2.type == a1.type && has(a2.value) && a2.value == a1.value) ' +
        ': true )',
    ],
  ),
);

const statusAddress = obj({ type: addressType, 'value!': text(1, 253) }, ipForms);
export const listenerStatus = mapList(
  obj({
    'attachedRoutes!': { type: 'integer', format: 'int32' },
    'conditions!': conditions,
    'name!': sectionName,
    supportedKinds: list(routeKind, 8),
  }),
  ['name'],
  64,
);

const WAITING = pending('Accepted', 'Programmed');
const gateway: GatewayKind = {
  kind: 'Gateway',
  plural: 'gateways',
  shortNames: ['gtw'],
  versions: ['v1', 'v1beta1'],
  description: 'A place where traffic enters the cluster: listeners on addresses.',
  columns: [
    { name: 'Class', type: 'string', jsonPath: '.spec.gatewayClassName' },
    { name: 'Address', type: 'string', jsonPath: '.status.addresses[*].value' },
    {
      name: 'Programmed',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
    },
    AGE,
  ],
  spec: obj({
    addresses,
    allowedListeners: obj({
      namespaces: withDefault(
        obj({ from: withDefault(oneOf('All', 'Selector', 'Same', 'None'), 'None'), selector }),
        { from: 'None' },
      ),
    }),
    'gatewayClassName!': objectName,
    infrastructure: obj({
      annotations: { type: 'object', maxProperties: 8, additionalProperties: text(0, 4_096) },
      labels,
      parametersRef: localRef,
    }),
    'listeners!': listeners,
    tls: obj({
      backend: obj({ clientCertificateRef: secretRef }),
      frontend: obj({
        'default!': obj({}),
        perPort: mapList(obj({ 'port!': port, 'tls!': obj({}) }), ['port'], 64),
      }),
    }),
  }),
  status: withDefault(
    obj({
      addresses: list(statusAddress, 16),
      attachedListenerSets: int(0, 2_147_483_647),
      conditions: withDefault(conditions, WAITING),
      listeners: listenerStatus,
    }),
    { conditions: WAITING as never },
  ),
};

const listenerSet: GatewayKind = {
  kind: 'ListenerSet',
  plural: 'listenersets',
  shortNames: ['lset'],
  description: 'More listeners for a Gateway, kept by somebody else.',
  columns: [
    {
      name: 'Accepted',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
    },
    {
      name: 'Programmed',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
    },
    AGE,
  ],
  spec: obj({
    'listeners!': mapList(obj(listenerFields), ['name'], 64, {
      minItems: 1,
      ...listenerRules('ListenerSet'),
    }),
    'parentRef!': obj({
      group: withDefault(group, GROUP),
      kind: withDefault(kind, 'Gateway'),
      'name!': objectName,
      namespace,
    }),
  }),
  status: withDefault(
    obj({ conditions: withDefault(conditions, WAITING), listeners: listenerStatus }),
    { conditions: WAITING as never },
  ),
};

export default [gateway, listenerSet];
