import type { PodSpec } from './shapes.ts';

/** `GetPodQOS`: Guaranteed, Burstable or BestEffort, by requests and limits of CPU and memory. */
export function qosClass(spec: PodSpec): string {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const compute = (list: Readonly<Record<string, string>> | undefined) =>
    Object.entries(list ?? {}).filter(([name]) => name === 'cpu' || name === 'memory');
  const any = containers.some(
    ({ resources }) =>
      compute(resources?.limits).length > 0 || compute(resources?.requests).length > 0,
  );
  if (!any) return 'BestEffort';
  const guaranteed = containers.every(({ resources }) => {
    const limits = compute(resources?.limits);
    return (
      limits.length === 2 &&
      limits.every(([name, value]) => (resources?.requests?.[name] ?? value) === value)
    );
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
