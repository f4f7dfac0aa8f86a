import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isDomainPrefixedPath } from '../../apimachinery/domain-names.ts';
import { isDns1123Label } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { clusterScoped } from '../describe/cluster-scoped.ts';
import { defineKind } from '../kind.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { validateTypedReference, type TypedReference } from '../object-reference.ts';

interface Parameters extends TypedReference {
  readonly scope?: string;
  readonly namespace?: string;
}

interface IngressClass extends ApiObject {
  readonly spec: { readonly controller?: string; readonly parameters?: Parameters };
}

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const CONTROLLER_MAX = 250;
const PATH = 'spec.parameters';

/** IngressClass: which controller minds the Ingresses that name the class. */
export default defineKind<IngressClass>({
  names: kindNames('IngressClass', 'ingressclasses', {
    group: 'networking.k8s.io',
    namespaced: false,
  }),
  definition: 'V1IngressClass',
  hasGeneration: true,
  subresources: [],
  defaults(object) {
    const { parameters } = object.spec ?? {};
    if (!parameters) return { ...object, spec: object.spec ?? {} };
    const scope = parameters.scope ?? 'Cluster';
    return { ...object, spec: { ...object.spec, parameters: { ...parameters, scope } } };
  },
  prepare: (object) => object,
  validate: ({ spec }, old) => [
    ...(old ? immutable('spec.controller', spec.controller ?? '', old.spec.controller ?? '') : []),
    ...validateController(spec.controller ?? ''),
    ...(spec.parameters ? validateParameters(spec.parameters) : []),
  ],
  columns: [nameColumn, column('Controller'), column('Parameters'), ageColumn],
  cells: (object, now) => [
    object.metadata.annotations?.[DEFAULT] === 'true'
      ? `${object.metadata.name} (default)`
      : object.metadata.name,
    object.spec.controller ?? '',
    parametersText(object.spec.parameters),
    ageOf(object, now),
  ],
  describe: (object, related) =>
    clusterScoped(object, related, (writer) => {
      writer.line(0, `Controller:\t${object.spec.controller ?? ''}`);
      const { parameters } = object.spec;
      if (!parameters) return;
      writer.line(0, 'Parameters:');
      if (parameters.apiGroup !== undefined) writer.line(1, `APIGroup:\t${parameters.apiGroup}`);
      writer.line(1, `Kind:\t${parameters.kind}`);
      writer.line(1, `Name:\t${parameters.name}`);
    }),
});

function parametersText(parameters: Parameters | undefined): string {
  if (!parameters) return '<none>';
  const { apiGroup, kind, name } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

function validateController(controller: string): FieldError[] {
  const path = 'spec.controller';
  const errors = controller.length > CONTROLLER_MAX ? [tooLong(path, CONTROLLER_MAX)] : [];
  if (controller === '') return [...errors, required(path, '')];
  const texts = isDomainPrefixedPath(controller);
  return [...errors, ...texts.map((each) => invalid(path, controller, each))];
}

/** `validateIngressClassParametersReference`. */
function validateParameters(parameters: Parameters): FieldError[] {
  const { scope, namespace } = parameters;
  const errors = validateTypedReference(parameters, PATH, () => '');
  if (scope === undefined) return [...errors, required(at(PATH, 'scope'), '')];
  const scopes = ['Cluster', 'Namespace'];
  if (!scopes.includes(scope)) errors.push(notSupported(at(PATH, 'scope'), scope, scopes));
  const place = at(PATH, 'namespace');
  if (scope === 'Namespace') {
    if (!namespace) errors.push(required(place, "`parameters.scope` is set to 'Namespace'"));
    else errors.push(...isDns1123Label(namespace).map((each) => invalid(place, namespace, each)));
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbidden(place, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
