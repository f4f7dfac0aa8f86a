import type { ApiObject } from '../../../apimachinery/object.ts';
import { formatQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import type { LimitItem } from '../../../resources/describe/limits.ts';
import type { Amounts } from '../../../resources/describe/quota.ts';
import { readAmounts, type Usage } from '../../../resources/quota/amounts.ts';
import { podAmounts, type QuotaPod } from '../../../resources/quota/pods.ts';

/** What a pod asks for outside of the limits of one LimitRange (`PodValidateLimitFunc`). */
export function podErrors(pod: QuotaPod, items: readonly LimitItem[]): string[] {
  const { containers, initContainers = [] } = pod.spec;
  return items.flatMap((item) => {
    if (item.type === 'Pod') {
      return errorsOf(item, podAmounts(pod, 'requests'), podAmounts(pod, 'limits'));
    }
    if (item.type !== 'Container') return [];
    return [...containers, ...initContainers].flatMap(({ resources }) =>
      errorsOf(item, readAmounts(resources?.requests), readAmounts(resources?.limits)),
    );
  });
}

/** The same of a claim, which has requests alone (`PersistentVolumeClaimValidateLimitFunc`). */
export function claimErrors(claim: ApiObject, items: readonly LimitItem[]): string[] {
  const spec = claim['spec'] as
    { readonly resources?: { readonly requests?: Amounts } } | undefined;
  const requests = readAmounts(spec?.resources?.requests);
  return items
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((item) => [
      ...each(item.min, (name, least) => minimum(item.type, name, least, requests, new Map())),
      ...each(item.max, (name, most) => {
        const request = requests.get(name);
        const what = `maximum ${name} usage per ${item.type} is ${formatQuantity(most)}`;
        if (!request) return `${what}.  No request is specified`;
        return request.nano > most.nano ? `${what}, but request is ${formatQuantity(request)}` : '';
      }),
    ]);
}

function errorsOf(item: LimitItem, requests: Usage, limits: Usage): string[] {
  const { type, min, max, maxLimitRequestRatio } = item;
  return [
    ...each(min, (name, least) => minimum(type, name, least, requests, limits)),
    ...each(max, (name, most) => maximum(type, name, most, requests, limits)),
    ...each(maxLimitRequestRatio, (name, most) => ratio(type, name, most, requests, limits)),
  ];
}

function each(amounts: Amounts | undefined, check: (name: string, at: Quantity) => string) {
  return [...readAmounts(amounts)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, at]) => check(name, at))
    .filter((text) => text !== '');
}

function minimum(type: string, name: string, least: Quantity, requests: Usage, limits: Usage) {
  const what = `minimum ${name} usage per ${type} is ${formatQuantity(least)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (!request) return `${what}.  No request is specified`;
  if (request.nano < least.nano) return `${what}, but request is ${formatQuantity(request)}`;
  if (limit && limit.nano < least.nano) return `${what}, but limit is ${formatQuantity(limit)}`;
  return '';
}

function maximum(type: string, name: string, most: Quantity, requests: Usage, limits: Usage) {
  const what = `maximum ${name} usage per ${type} is ${formatQuantity(most)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (!limit) return `${what}.  No limit is specified`;
  if (limit.nano > most.nano) return `${what}, but limit is ${formatQuantity(limit)}`;
  if (request && request.nano > most.nano) {
    return `${what}, but request is ${formatQuantity(request)}`;
  }
  return '';
}

function ratio(type: string, name: string, most: Quantity, requests: Usage, limits: Usage) {
  const what = `${name} max limit to request ratio per ${type} is ${formatQuantity(most)}`;
  const [request, limit] = [requests.get(name)?.nano ?? 0n, limits.get(name)?.nano ?? 0n];
  if (request === 0n) return `${what}, but no request is specified or request is 0`;
  if (limit === 0n) return `${what}, but no limit is specified or limit is 0`;
  const observed = Number(limit) / Number(request);
  if (observed <= Number(most.nano) / 1e9) return '';
  return `${what}, but provided ratio is ${observed.toFixed(6)}`;
}
