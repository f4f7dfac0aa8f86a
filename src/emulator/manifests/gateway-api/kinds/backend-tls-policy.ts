import {
  conditions,
  controllerName,
  group,
  kind,
  localRef,
  objectName,
  options,
  parentRef,
  preciseHostname,
  sectionName,
} from '../shared.ts';
import { AGE, type GatewayKind } from '../crd.ts';
import { list, obj, oneOf, rules, text } from '../schema.ts';

const targetRef = obj({ 'group!': group, 'kind!': kind, 'name!': objectName, sectionName });
const subjectAltName = obj(
  { hostname: preciseHostname, 'type!': oneOf('Hostname', 'URI'), uri: text(1, 253) },
  rules(
    [
      'SubjectAltName element must contain Hostname, if Type is set to Hostname',
      '!(self.type == "Hostname" && (!has(self.hostname) || self.hostname == ""))',
    ],
    [
      'SubjectAltName element must not contain Hostname, if Type is not set to Hostname',
      '!(self.type != "Hostname" && has(self.hostname) && self.hostname != "")',
    ],
    [
      'SubjectAltName element must contain URI, if Type is set to URI',
      '!(self.type == "URI" && (!has(self.uri) || self.uri == ""))',
    ],
    [
      'SubjectAltName element must not contain URI, if Type is not set to URI',
      '!(self.type != "URI" && has(self.uri) && self.uri != "")',
    ],
  ),
);
const validation = obj(
  {
    caCertificateRefs: list(localRef, 8),
    'hostname!': preciseHostname,
    subjectAltNames: list(subjectAltName, 5),
    wellKnownCACertificates: text(1, 253, {
      pattern:
        '^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z' +
        '0-9]+))$',
    }),
  },
  rules(
    [
      'must not contain both CACertificateRefs and WellKnownCACertificates',
      '!(has(self.caCertificateRefs) && size(self.caCertificateRefs) ' +
        '> 0 && has(self.wellKnownCACertificates) && self.wellKnownCACertificates ' +
        '!= "")',
    ],
    [
      'must specify either CACertificateRefs or WellKnownCACertificates',
      '(has(self.caCertificateRefs) && size(self.caCertificateRefs) ' +
        '> 0 || has(self.wellKnownCACertificates) && self.wellKnownCACertificates ' +
        '!= "")',
    ],
  ),
);

const same = 'p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name';
const targetRefs = list(targetRef, 16, {
  minItems: 1,
  ...rules(
    [
      'sectionName must be specified when targetRefs includes 2 or ' +
        'more references to the same target',
      `self.all(p1, self.all(p2, ${same} ? ((!has(p1.sectionName) || ` +
        `p1.sectionName == '') == (!has(p2.sectionName) || p2.sectionName ` +
        `== '')) : true))`,
    ],
    [
      'sectionName must be unique when targetRefs includes 2 or more references to the same target',
      `self.all(p1, self.exists_one(p2, ${same} && (((!has(p1.sectionName) ` +
        `|| p1.sectionName == '') && (!has(p2.sectionName) || p2.sectionName ` +
        `== '')) || (has(p1.sectionName) && has(p2.sectionName) && p1.sectionName ` +
        `== p2.sectionName))))`,
    ],
  ),
});

const policy: GatewayKind = {
  kind: 'BackendTLSPolicy',
  plural: 'backendtlspolicies',
  shortNames: ['btlspolicy'],
  description: 'How a Gateway speaks TLS with a backend.',
  columns: [AGE],
  spec: obj({ options, 'targetRefs!': targetRefs, 'validation!': validation }),
  status: obj({
    'ancestors!': list(
      obj({
        'ancestorRef!': parentRef,
        'conditions!': { ...conditions, minItems: 1 },
        'controllerName!': controllerName,
      }),
      16,
    ),
  }),
};

export default [policy];
