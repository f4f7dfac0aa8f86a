import type { ApiObject } from '../../apimachinery/object.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import type { Amounts } from '../describe/quota.ts';
import { isExtendedResource } from '../resource-names.ts';
import { addAll, count, greatest, readAmounts, type Usage } from './amounts.ts';

interface Resources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

export interface QuotaContainer {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

/** A pod as far as it is counted. */
export interface QuotaPod extends ApiObject {
  readonly spec: {
    readonly containers: readonly QuotaContainer[];
    readonly initContainers?: readonly QuotaContainer[];
    readonly overhead?: Amounts;
    readonly resources?: Resources;
    readonly activeDeadlineSeconds?: number;
    readonly priorityClassName?: string;
    readonly affinity?: Readonly<Record<string, unknown>>;
  };
  readonly status?: { readonly phase?: string };
}

/**
 * What a pod needs at most at a time (`resourcehelper.PodRequests`, `PodLimits`): its containers
 * together, or an init container beside the sidecars that run by then.
 */
export function podAmounts({ spec }: QuotaPod, field: 'requests' | 'limits'): Usage {
  const of = (each: QuotaContainer) => readAmounts(each.resources?.[field]);
  let sidecars: Usage = new Map();
  let peak: Usage = new Map();
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sidecars = addAll([sidecars, of(container)]);
      peak = greatest(peak, sidecars);
    } else peak = greatest(peak, addAll([sidecars, of(container)]));
  }
  const running = addAll([...spec.containers.map(of), sidecars]);
  const most = new Map([...greatest(running, peak), ...readAmounts(spec.resources?.[field])]);
  return spec.overhead ? addAll([most, readAmounts(spec.overhead)]) : most;
}

/** What requests and limits count as (`podComputeUsageHelper`). */
export function computeUsage(requests: Usage, limits: Usage): Usage {
  const usage = new Map([['pods', count(1)]]);
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    if (request) usage.set(name, request).set(`requests.${name}`, request);
    if (limit) usage.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith('hugepages-')) usage.set(name, request).set(`requests.${name}`, request);
    if (isExtendedResource(name)) usage.set(`requests.${name}`, request);
  }
  return usage;
}

/** What a pod counts; one that has ended, or is overdue to go, counts as an object alone. */
export function podUsage(pod: QuotaPod, now: Micros): Usage {
  const objects = new Map([['count/pods', count(1)]]);
  const { phase } = pod.status ?? {};
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  const due =
    (parseRfc3339(deletionTimestamp ?? '') ?? Infinity) + deletionGracePeriodSeconds * SECOND;
  if (phase === 'Failed' || phase === 'Succeeded' || now > due) return objects;
  const compute = computeUsage(podAmounts(pod, 'requests'), podAmounts(pod, 'limits'));
  return new Map([...objects, ...compute]);
}

const named = ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);

/**
 * A quota of CPU or memory wants each container to say how much (`podEvaluator.Constraints`); gives
 * what is missing, in words.
 */
export function missingAmounts({ spec }: QuotaPod, counted: readonly string[]): string | undefined {
  if (spec.resources) return undefined;
  const wanted = counted.filter((name) => named.includes(name)).toSorted();
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const texts = wanted.flatMap((name) => {
    const lacking = containers.filter(({ resources }) => {
      const { requests, limits } = resources ?? {};
      return !computeUsage(readAmounts(requests), readAmounts(limits)).has(name);
    });
    const names = [...new Set(lacking.map((each) => each.name))].toSorted();
    return names.length > 0 ? [`${name} for: ${names.join(',')}`] : [];
  });
  return texts.length > 0 ? `must specify ${texts.join('; ')}` : undefined;
}
