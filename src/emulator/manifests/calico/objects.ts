import { access } from './access.ts';
import { kinds } from './kinds.ts';
import { workloads } from './workloads.ts';

/** The objects of calico.yaml in its order; images are of this version. */
export function calicoObjects(version: string): readonly object[] {
  const { config, daemonSet, deployment, disruptionBudget } = workloads(version);
  const [accounts, ...roles] = access();
  return [
    disruptionBudget,
    ...(accounts ?? []),
    config,
    ...kinds(),
    ...roles.flat(),
    daemonSet,
    deployment,
  ];
}
