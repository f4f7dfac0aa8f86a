import {
  conditions,
  controllerName,
  group,
  kind,
  namespace,
  objectName,
  pending,
} from '../shared.ts';
import { AGE, type GatewayKind } from '../crd.ts';
import { list, obj, rules, text, withDefault } from '../schema.ts';

const gatewayClass: GatewayKind = {
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  shortNames: ['gc'],
  scope: 'Cluster',
  versions: ['v1', 'v1beta1'],
  description: 'A class of Gateways, and the controller that minds them.',
  columns: [
    { name: 'Controller', type: 'string', jsonPath: '.spec.controllerName' },
    {
      name: 'Accepted',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
    },
    AGE,
    { name: 'Description', type: 'string', jsonPath: '.spec.description', priority: 1 },
  ],
  spec: obj({
    'controllerName!': {
      ...controllerName,
      ...rules(['field is immutable', 'self == oldSelf']),
    },
    description: text(0, 64),
    parametersRef: obj({ 'group!': group, 'kind!': kind, 'name!': objectName, namespace }),
  }),
  status: withDefault(
    obj({
      conditions: withDefault(conditions, pending('Accepted')),
      supportedFeatures: {
        ...list(obj({ 'name!': text(0, 253) }), 64),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    }),
    { conditions: pending('Accepted') as never },
  ),
};

const referenceGrant: GatewayKind = {
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  shortNames: ['refgrant'],
  versions: ['v1', 'v1beta1'],
  description: 'Lets objects of other namespaces refer to objects here.',
  columns: [AGE],
  spec: obj({
    'from!': list(obj({ 'group!': group, 'kind!': kind, 'namespace!': namespace }), 16, {
      minItems: 1,
    }),
    'to!': list(obj({ 'group!': group, 'kind!': kind, name: objectName }), 16, { minItems: 1 }),
  }),
};

export default [gatewayClass, referenceGrant];
