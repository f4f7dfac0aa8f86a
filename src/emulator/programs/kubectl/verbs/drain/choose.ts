import type { Obj } from '../../object.ts';

interface Options {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDir: boolean;
}

interface Chosen {
  readonly pods: readonly Obj[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Owner {
  readonly kind: string;
  readonly controller?: boolean;
}

type Judgement = { readonly keep?: true; readonly error?: string; readonly warning?: string };

const DAEMONS = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL = 'Pods with local storage (use --delete-emptydir-data to override)';
const ALONE = 'cannot delete Pods that declare no controller (use --force to override)';

/** Which pods a drain takes, and what stands against it (kubectl `drain/filters.go`). */
export function choosePods(pods: readonly Obj[], options: Options): Chosen {
  const errors = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  const add = (table: Map<string, string[]>, text: string, pod: string) =>
    table.set(text, [...(table.get(text) ?? []), pod]);
  const chosen: Obj[] = [];
  for (const pod of pods) {
    const shown = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    // The last filter that a pod comes to has the say about it.
    let last: Judgement = {};
    for (const judge of [daemonFilter, mirrorFilter, localFilter, aloneFilter]) {
      last = judge(pod, options);
      if (!last.keep) break;
    }
    if (last.error) add(errors, last.error, shown);
    if (last.warning) add(warnings, last.warning, shown);
    if (last.keep) chosen.push(pod);
  }
  const list = (table: Map<string, string[]>, lead: string) =>
    [...table].map(([text, names]) => `${lead}${text}: ${names.join(', ')}`);
  return {
    pods: errors.size > 0 ? [] : chosen,
    errors: list(errors, 'cannot delete ').sort(),
    warnings: list(warnings, '').sort(),
  };
}

function ownerOf(pod: Obj): Owner | undefined {
  const owners = (pod.metadata?.['ownerReferences'] ?? []) as readonly Owner[];
  return owners.find(({ controller }) => controller);
}

function isOver(pod: Obj): boolean {
  const phase = (pod['status'] as { phase?: string } | undefined)?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

function daemonFilter(pod: Obj, { ignoreDaemonSets }: Options): Judgement {
  if (ownerOf(pod)?.kind !== 'DaemonSet' || isOver(pod)) return { keep: true };
  return ignoreDaemonSets ? { warning: 'ignoring DaemonSet-managed Pods' } : { error: DAEMONS };
}

function mirrorFilter(pod: Obj): Judgement {
  const mirror = pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  return mirror ? {} : { keep: true };
}

function localFilter(pod: Obj, { deleteEmptyDir }: Options): Judgement {
  const volumes = (pod['spec'] as { volumes?: { emptyDir?: object }[] } | undefined)?.volumes ?? [];
  if (!volumes.some(({ emptyDir }) => emptyDir) || isOver(pod)) return { keep: true };
  return deleteEmptyDir
    ? { keep: true, warning: 'deleting Pods with local storage' }
    : { error: LOCAL };
}

function aloneFilter(pod: Obj, { force }: Options): Judgement {
  if (ownerOf(pod) || isOver(pod)) return { keep: true };
  return force
    ? { keep: true, warning: 'deleting Pods that declare no controller' }
    : { error: ALONE };
}
