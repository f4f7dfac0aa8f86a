import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import { isQualifiedName } from '../apimachinery/names.ts';
import { formatQuantity, parseQuantity } from '../apimachinery/quantity.ts';
import type { Amounts } from './describe/quota.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'];
const computeQuota = compute.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);
/** Resources that are counted, in whole numbers. */
const counted = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const quotaNames = new Set([...computeQuota, 'requests.storage', ...counted]);
const standardNames = new Set([...quotaNames, 'storage']);
const isHuge = (name: string) => /^(requests\.)?hugepages-/.test(name);
const isBare = (name: string) => !name.includes('/');

/** Pages of memory of one size (`hugepages-2Mi`). */
export const isHugePage = (name: string) => name.startsWith('hugepages-');

/** Resources that are Kubernetes' own (`IsNativeResource`). */
const isNative = (name: string) => isBare(name) || name.includes('kubernetes.io/');

/** Whether less may be asked for than is the limit (`IsOvercommitAllowed`). */
export const mayOvercommit = (name: string) => isNative(name) && !isHugePage(name);

/** `validateResourceName`: any resource that objects may name. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = isQualifiedName(name).map((each) => invalid(path, name, each));
  if (errors.length > 0 || !isBare(name) || standardNames.has(name) || isHuge(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

/** `ValidateResourceQuotaResourceName`. */
export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!isBare(name) || quotaNames.has(name) || isHuge(name)) return errors;
  return [...errors, invalid(path, name, 'must be a standard resource for quota')];
}

/** `validateContainerResourceName`: what containers may ask for. */
export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (isBare(name)) {
    if (compute.includes(name) || isHugePage(name)) return errors;
    return [...errors, invalid(path, name, 'must be a standard resource for containers')];
  }
  if (isNative(name) || isExtendedResource(name)) return errors;
  return [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
}

/** Resources that are asked for in units of their own (`nvidia.com/gpu`). */
export const isExtendedResource = (name: string) =>
  !isNative(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

/** `ValidateResourceQuantityValue`: not negative, and whole where things are counted. */
export function validateAmount(name: string, amount: string | number, path: string): FieldError[] {
  const quantity = parseQuantity(String(amount));
  if (!quantity) return [];
  const text = formatQuantity(quantity);
  const errors =
    quantity.nano < 0n ? [invalid(path, text, 'must be greater than or equal to 0')] : [];
  const whole = counted.has(name) || isExtendedResource(name);
  if (whole && quantity.nano % 1_000_000_000n !== 0n) {
    errors.push(invalid(path, text, 'must be an integer'));
  }
  return errors;
}

/** Amounts in their canonical texts, as a decoded Quantity is written again. */
export function canonicalAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => {
      const quantity = parseQuantity(String(amount));
      return [name, quantity ? formatQuantity(quantity) : String(amount)];
    }),
  );
}
