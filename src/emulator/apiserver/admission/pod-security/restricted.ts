import type { Container, PodSpec } from '../../../resources/pod-template/shapes.ts';
import { baseline, capabilities, hostPaths, seccomp } from './baseline.ts';
import {
  blamed,
  containersOf,
  contextOf,
  finding,
  named,
  ofContainers,
  offenders,
  ownUsers,
  quoted,
  type Check,
} from './checks.ts';

const volumeTypes = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret image'.split(
    ' ',
  ),
);

const escalation = ofContainers(
  'allowPrivilegeEscalation != false',
  'must set securityContext.allowPrivilegeEscalation=false',
  (each) => contextOf(each).allowPrivilegeEscalation !== false,
);

const dropped: Check = (spec) => {
  const added = (each: Container) =>
    (contextOf(each).capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = offenders(spec, (each) => !contextOf(each).capabilities?.drop?.includes('ALL'));
  const adding = offenders(spec, (each) => added(each).length > 0);
  const names = [...new Set(containersOf(spec).flatMap(added))].sort();
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (adding.length > 0) {
    const where = 'securityContext.capabilities.add';
    details.push(`${named(adding)} must not include ${quoted(names)} in ${where}`);
  }
  return finding('unrestricted capabilities', details, '; ');
};

const volumes: Check = ({ volumes: given = [] }) => {
  const typeOf = (volume: Readonly<Record<string, unknown>>) =>
    Object.keys(volume).find((key) => key !== 'name') ?? '';
  const bad = given.filter((each) => !volumeTypes.has(typeOf(each)));
  if (bad.length === 0) return undefined;
  const types = [...new Set(bad.map(typeOf))].sort();
  const names = bad.map(({ name }) => name);
  const what = types.length === 1 ? 'type' : 'types';
  const verb = names.length === 1 ? 'uses' : 'use';
  const detail = `${named(names, 'volume')} ${verb} restricted volume ${what} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail };
};

/** What the pod says holds for all, where a container does not say otherwise. */
const nonRoot: Check = (spec) => {
  if (ownUsers(spec)) return undefined;
  const [reason, field] = ['runAsNonRoot != true', 'securityContext.runAsNonRoot'];
  const own = contextOf(spec).runAsNonRoot;
  const wrong = offenders(spec, (each) => contextOf(each).runAsNonRoot === false);
  const who = blamed(own === false, wrong);
  if (who !== undefined) return { reason, detail: `${who} must not set ${field}=false` };
  const silent = offenders(spec, (each) => contextOf(each).runAsNonRoot === undefined);
  if (own === true || silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set ${field}=true` };
};

const root: Check = (spec) => {
  if (ownUsers(spec)) return undefined;
  const zero = (of: PodSpec | Container) => contextOf(of).runAsUser === 0;
  const who = blamed(zero(spec), offenders(spec, zero));
  const detail = `${who} must not set runAsUser=0`;
  return who === undefined ? undefined : { reason: 'runAsUser=0', detail };
};

const profile: Check = (spec) => {
  const [reason, field] = ['seccompProfile', 'securityContext.seccompProfile.type'];
  const typeOf = (of: PodSpec | Container) => contextOf(of).seccompProfile?.type;
  const free = (of: PodSpec | Container) => typeOf(of) === 'Unconfined';
  const who = blamed(free(spec), offenders(spec, free));
  if (who !== undefined) return { reason, detail: `${who} must not set ${field} to "Unconfined"` };
  const silent = offenders(spec, (each) => typeOf(each) === undefined);
  if (typeOf(spec) !== undefined || silent.length === 0) return undefined;
  const must = `must set ${field} to "RuntimeDefault" or "Localhost"`;
  return { reason, detail: `pod or ${named(silent)} ${must}` };
};

/** Checks that stricter ones of `restricted` stand in for. */
const replaced: readonly Check[] = [capabilities, hostPaths, seccomp];

/** The level `restricted`: the rest of `baseline`, then its own. Windows pods have less to say. */
export function restrictedOf(spec: PodSpec): readonly Check[] {
  const rest = baseline.filter((check) => !replaced.includes(check));
  if (spec.os?.name === 'windows') return [...rest, volumes, nonRoot, root];
  return [...rest, escalation, dropped, volumes, nonRoot, root, profile];
}
