import {
  at,
  duplicate,
  forbidden,
  invalid,
  keyed,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import { dnsLabel } from '../checks.ts';
import {
  isHugePage,
  mayOvercommit,
  validateAmount,
  validateContainerResourceName,
  validateResourceName,
} from '../resource-names.ts';
import { addAll, greatest, readAmounts } from '../quota/amounts.ts';
import type { Container, PodSpec } from './shapes.ts';

/** Requests, limits and claims of a container or a pod. */
export interface Requirements {
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[];
}

type NameCheck = (name: string, path: string) => FieldError[];

/** `ValidateContainerResourceRequirements`; `claims` are the names that the pod has. */
export function validateContainerResources(
  given: Requirements,
  claims: readonly string[],
  path: string,
): FieldError[] {
  return validateRequirements(given, validateContainerResourceName, claims, path);
}

function validateRequirements(
  given: Requirements,
  check: NameCheck,
  claims: readonly string[],
  path: string,
): FieldError[] {
  const { limits = {}, requests = {} } = given;
  const [limited, asked] = [at(path, 'limits'), at(path, 'requests')];
  const errors = Object.entries(limits).flatMap(([name, amount]) =>
    amountErrors(name, amount, check, keyed(limited, name)),
  );
  for (const [name, amount] of Object.entries(requests)) {
    const own = keyed(asked, name);
    const huge = hugeErrors(name, amount, own);
    errors.push(...check(name, own), ...validateAmount(name, amount, own));
    errors.push(...againstLimit(name, amount, limits[name], limited, asked), ...huge);
  }
  const all = [...Object.keys(limits), ...Object.keys(requests)];
  if (all.some(isHugePage) && !all.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...claimErrors(given.claims ?? [], claims, at(path, 'claims'))];
}

function amountErrors(name: string, amount: string, check: NameCheck, path: string): FieldError[] {
  return [
    ...check(name, path),
    ...validateAmount(name, amount, path),
    ...hugeErrors(name, amount, path),
  ];
}

function againstLimit(
  name: string,
  amount: string,
  limit: string | undefined,
  limited: string,
  asked: string,
): FieldError[] {
  if (limit === undefined) {
    if (mayOvercommit(name)) return [];
    return [required(limited, 'Limit must be set for non overcommitable resources')];
  }
  const [a, b] = [parseQuantity(String(amount)), parseQuantity(String(limit))];
  if (!a || !b) return [];
  const most = `${name} limit of ${formatQuantity(b)}`;
  if (a.nano !== b.nano && !mayOvercommit(name)) {
    return [invalid(asked, formatQuantity(a), `must be equal to ${most}`)];
  }
  if (a.nano <= b.nano) return [];
  return [invalid(asked, formatQuantity(a), `must be less than or equal to ${most}`)];
}

/** Huge pages come whole. */
function hugeErrors(name: string, amount: string, path: string): FieldError[] {
  if (!isHugePage(name)) return [];
  const size = parseQuantity(name.slice('hugepages-'.length));
  const quantity = parseQuantity(String(amount));
  if (!quantity) return [];
  const whole = size && size.nano > 0n && quantity.nano % size.nano === 0n;
  if (whole) return [];
  const text = formatQuantity(quantity);
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

function claimErrors(
  claims: NonNullable<Requirements['claims']>,
  known: readonly string[],
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap(({ name = '', request = '' }, index) => {
    const own = at(path, index);
    if (!name) return [required(own, '')];
    const errors: FieldError[] = [];
    const key = request ? `${name}/${request}` : name;
    if (seen.has(name)) errors.push(duplicate(own, name));
    else {
      if (request) errors.push(...dnsLabel(request, at(own, 'request')));
      if (seen.has(key)) errors.push(duplicate(own, key));
      else if (!request) {
        const parts = [...seen].filter((each) => each.startsWith(`${name}/`));
        errors.push(...parts.map(() => duplicate(own, name)));
      }
      seen.add(key);
    }
    if (known.includes(name)) return errors;
    const list = known.length === 0 ? ' which is empty' : `: ${known.toSorted().join(', ')}`;
    const detail = `must be one of the names in pod.spec.resourceClaims${list}`;
    return [...errors, { path: own, type: 'NotFound', value: name, detail }];
  });
}

const podLevel = ['cpu', 'hugepages-', 'memory'];

function podResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePage(name)) return errors;
  return [notSupported(path, name, podLevel)];
}

/** `validatePodResources`: what the whole pod asks for holds what its containers ask for. */
export function validatePodResources(
  spec: PodSpec,
  claims: readonly string[],
  path: string,
): FieldError[] {
  const own = spec.resources as Requirements | undefined;
  if (!own) return [];
  const errors: FieldError[] = [];
  if (own.claims) {
    errors.push(forbidden(at(path, 'claims'), 'claims cannot be set for Resources at pod-level'));
  }
  errors.push(...validateRequirements(own, podResourceName, claims, path));
  for (const [name, sum] of aggregate(spec)) {
    const whole = parseQuantity(String(own.requests?.[name] ?? '0')) as Quantity;
    if (sum.nano <= whole.nano) continue;
    const least = `aggregate container requests of ${formatQuantity(sum)}`;
    const place = keyed(at(path, 'requests'), name);
    errors.push(invalid(place, formatQuantity(whole), `must be greater than or equal to ${least}`));
  }
  return [...errors, ...limitErrors(spec.containers, own, path)];
}

function limitErrors(
  containers: readonly Container[],
  own: Requirements,
  path: string,
): FieldError[] {
  return containers.flatMap(({ resources }, index) =>
    Object.entries(resources?.limits ?? {}).flatMap(([name, limit]) => {
      const whole = parseQuantity(String(own.limits?.[name] ?? ''));
      const amount = parseQuantity(String(limit));
      if (!whole || !amount || amount.nano <= whole.nano) return [];
      const place = at(keyed(at(path, 'containers', index), name), 'limits');
      const why = `must be less than or equal to pod limits of ${formatQuantity(whole)}`;
      return [invalid(place, formatQuantity(amount), why)];
    }),
  );
}

/** `AggregateContainerRequests`: init containers one by one, those that stay with all the rest. */
function aggregate({ containers, initContainers = [] }: PodSpec) {
  const asked = ({ resources }: Container) => readAmounts(resources?.requests);
  const stays = (each: Container) => each.restartPolicy === 'Always';
  let most: ReturnType<typeof readAmounts> = new Map();
  let staying: ReturnType<typeof readAmounts> = new Map();
  for (const each of initContainers) {
    if (stays(each)) staying = addAll([staying, asked(each)]);
    most = greatest(most, stays(each) ? staying : addAll([staying, asked(each)]));
  }
  return greatest(addAll([...containers.map(asked), staying]), most);
}
