import type {
  Container,
  PodSpec,
  SecurityContext,
} from '../../../resources/pod-template/shapes.ts';
import { visitContainers } from '../../../resources/pod-template/visit.ts';

/** What a check found: its title, and what has it. */
export interface Finding {
  readonly reason: string;
  readonly detail: string;
}

/** One rule about pods; undefined where they keep it. */
export type Check = (spec: PodSpec) => Finding | undefined;

export const contextOf = (of: PodSpec | Container): SecurityContext =>
  (of.securityContext ?? {}) as SecurityContext;

/** Containers of all sorts. */
export const containersOf = (spec: PodSpec): readonly Container[] =>
  visitContainers(spec, '').map(([container]) => container);

export const quoted = (names: readonly string[]): string =>
  names.map((name) => JSON.stringify(name)).join(', ');

/** `container "a"`, `containers "a", "b"`. */
export const named = (names: readonly string[], word = 'container'): string =>
  `${word}${names.length === 1 ? '' : 's'} ${quoted(names)}`;

/** Names of the containers for which something holds. */
export const offenders = (spec: PodSpec, bad: (container: Container) => boolean): string[] =>
  containersOf(spec)
    .filter(bad)
    .map(({ name }) => name);

/** A check of containers one by one, whose detail says what they must do. */
export function ofContainers(
  reason: string,
  must: string,
  bad: (container: Container) => boolean,
): Check {
  return (spec) => {
    const names = offenders(spec, bad);
    return names.length === 0 ? undefined : { reason, detail: `${named(names)} ${must}` };
  };
}

/** Details of one check, where there are any. */
export function finding(
  reason: string,
  details: readonly string[],
  by = ', ',
): Finding | undefined {
  return details.length === 0 ? undefined : { reason, detail: details.join(by) };
}

/** What is to blame: the pod itself, containers, or both; undefined if none is. */
export function blamed(pod: boolean, names: readonly string[]): string | undefined {
  const who = [...(pod ? ['pod'] : []), ...(names.length > 0 ? [named(names)] : [])];
  return who.length === 0 ? undefined : who.join(' and ');
}

/** Pods with users of their own are root nowhere but in themselves. */
export const ownUsers = (spec: PodSpec): boolean => spec.hostUsers === false;
