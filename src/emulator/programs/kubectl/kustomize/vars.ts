import { failed } from '../failure.ts';
import { at, type Obj } from '../object.ts';
import { podSpecOf } from '../workload.ts';
import type { VarArgs } from './kustomization.ts';
import { eachAt, identitiesOf, type Resource } from './resource.ts';

/** Where `$(NAME)` is looked for in pod specs (kustomize's default `varReference`). */
const inPods = ['containers[]', 'initContainers[]'].flatMap((list) =>
  ['args', 'command', 'env[]/value', 'volumeMounts[]/mountPath'].map((field) => `${list}/${field}`),
);
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  Ingress: ['spec/rules[]/host', 'spec/tls[]/hosts', 'spec/tls[]/secretName'],
  Service: ['spec/externalName', 'spec/loadBalancerIP'],
};

/** Puts the values of vars in, when all names are as they will be (`accumulator.ResolveVars`). */
export function resolveVars(vars: readonly VarArgs[], resources: readonly Resource[]): void {
  if (vars.length === 0) return;
  const values = new Map(vars.map((each) => [each.name, valueOf(each, resources)]));
  const expand = (text: unknown): unknown => {
    if (Array.isArray(text)) return text.map(expand);
    if (typeof text !== 'string') return text;
    return text.replaceAll(/\$\(([\w.-]+)\)/g, (all, name: string) =>
      values.has(name) ? String(values.get(name)) : all,
    );
  };
  const change = (holder: Record<string, unknown>, name: string) => {
    holder[name] = expand(holder[name]);
  };
  for (const { object } of resources) {
    for (const path of inPods) eachAt(podSpecOf(object), path, change);
    for (const path of elsewhere[object.kind ?? ''] ?? []) eachAt(object, path, change);
    for (const member of ['labels', 'annotations'] as const) {
      eachAt(object, `metadata/${member}/*`, change);
    }
  }
}

function valueOf({ name, objref, fieldref }: VarArgs, resources: readonly Resource[]): unknown {
  const path = fieldref?.fieldpath || 'metadata.name';
  const apiVersion = objref.apiVersion ?? '';
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const found = resources.find((each) =>
    identitiesOf(each).some(
      (id) => id.kind === objref.kind && id.name === objref.name && id.group === group,
    ),
  );
  const gvk = `${objref.kind}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  const shown = `{${name} ${gvk} {${path}}}`;
  if (!found) {
    throw failed(`var '${shown}' cannot be mapped to a field in the set of known resources`);
  }
  const value = at(found.object as Obj, path);
  if (value === undefined) {
    throw failed(`field specified in var '${shown}' not found in corresponding resource`);
  }
  return value;
}
