import type { Completion } from './command.ts';
import { argumentsBefore, completeResources } from './complete-resources.ts';

type Complete = (words: readonly string[], completion: Completion) => readonly string[];

/** Names of one type, for a command that takes them. */
const only =
  (type: string): Complete =>
  (_words, { names }) =>
    names(type);

/** Some types alone, and then names of the one that was chosen. */
const someTypes =
  (types: string): Complete =>
  (words, completion) =>
    argumentsBefore(words).length === 0 && !(words.at(-1) ?? '').includes('/')
      ? types.split(' ')
      : completeResources(words, completion);

/** Kinds that stand for their pods, as `TYPE/`. */
const podKinds =
  'daemonsets/ deployments/ pods/ jobs/ replicasets/ replicationcontrollers/ services/ ' +
  'statefulsets/';

/** A pod, or something that has some. */
const podOrKind: Complete = (words, completion) => {
  if (words.includes('--')) return [];
  if ((words.at(-1) ?? '').includes('/')) return completeResources(words, completion);
  if (argumentsBefore(words).length > 0) return [];
  return [...completion.names('pods'), ...podKinds.split(' ')];
};

const firstOnly =
  (complete: Complete): Complete =>
  (words, completion) =>
    argumentsBefore(words).length === 0 ? complete(words, completion) : [];

const contexts = firstOnly((_words, completion) => completion.contexts());
const scalable = someTypes('deployment replicaset replicationcontroller statefulset');
const rolledOut = someTypes('deployment daemonset statefulset');

/** Candidates for arguments, by the command's path; others have them with their verb. */
const completers: Readonly<Record<string, Complete>> = {
  drain: firstOnly(only('nodes')),
  cordon: firstOnly(only('nodes')),
  uncordon: firstOnly(only('nodes')),
  'top node': firstOnly(only('nodes')),
  'top pod': firstOnly(only('pods')),
  'create token': firstOnly(only('serviceaccounts')),
  taint: someTypes('node'),
  scale: scalable,
  autoscale: scalable,
  expose: someTypes('pod service replicationcontroller deployment replicaset'),
  'set image': someTypes(
    'daemonsets deployments pods cronjobs replicasets replicationcontrollers statefulsets',
  ),
  'rollout history': rolledOut,
  'rollout pause': someTypes('deployment'),
  'rollout resume': someTypes('deployment'),
  'rollout restart': rolledOut,
  'rollout status': rolledOut,
  'rollout undo': rolledOut,
  attach: podOrKind,
  exec: podOrKind,
  debug: completeResources,
  logs: (words, completion) => {
    const [pod] = argumentsBefore(words);
    return pod === undefined ? podOrKind(words, completion) : completion.containers(pod);
  },
  'port-forward': (words, completion) => {
    const [target] = argumentsBefore(words);
    return target === undefined ? podOrKind(words, completion) : completion.ports(target);
  },
  'config use-context': contexts,
  'config delete-context': contexts,
  'config rename-context': contexts,
  'config delete-cluster': firstOnly((_words, completion) => completion.clusters()),
  cp: (_words, { names }) => [
    ...names('namespaces').map((name) => `${name}/`),
    ...names('pods').map((name) => `${name}:`),
  ],
};

/** The completer of a path such as `rollout status`. */
export function completerOf(path: readonly string[]): Complete | undefined {
  return completers[path.join(' ')];
}
