import { at, type Obj } from './object.ts';

export interface Container {
  name: string;
  image?: string;
  env?: EnvVar[];
  ports?: { containerPort: number; protocol?: string; name?: string }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  [field: string]: unknown;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string };
    secretKeyRef?: { name: string; key: string };
    fieldRef?: { fieldPath: string };
    resourceFieldRef?: { resource: string };
  };
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  [field: string]: unknown;
}

const paths: Readonly<Record<string, string>> = {
  Pod: 'spec',
  CronJob: 'spec.jobTemplate.spec.template.spec',
};
const templated = new Set([
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'ReplicationController',
  'Job',
]);

/** The pod spec inside an object; undefined where there is none. */
export function podSpecOf(object: Obj): PodSpec | undefined {
  const { kind = '' } = object;
  const path = paths[kind] ?? (templated.has(kind) ? 'spec.template.spec' : undefined);
  return path === undefined ? undefined : (at(object, path) as PodSpec | undefined);
}

/** Go's name of a built-in type, as `%T` prints it. */
export function goType(object: Obj): string {
  const version = (object.apiVersion ?? 'v1').split('/').at(-1);
  return `*${version}.${object.kind}`;
}
