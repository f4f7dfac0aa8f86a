import { parseQuantity } from '../../apimachinery/quantity.ts';
import type { ContainerShape } from './pod-template.ts';

interface ResourceField {
  readonly resource: string;
  readonly divisor?: string | number;
}

/**
 * The value of `limits.cpu` and the like in units of the divisor, rounded up, as the kubelet sets
 * it (`resource.ExtractContainerResourceValue`). A limit that is not set is the node's.
 */
export function resourceFieldText(
  { resource, divisor }: ResourceField,
  { resources }: ContainerShape,
): string {
  const [list, ...rest] = resource.split('.');
  const name = rest.join('.');
  if (list !== 'limits' && list !== 'requests') return '';
  const own = parseQuantity(String(resources?.[list]?.[name] ?? '0'))?.nano ?? 0n;
  const asked = parseQuantity(String(divisor ?? '0'))?.nano ?? 0n;
  const unit = asked === 0n ? 1_000_000_000n : asked;
  const value = (own + unit - 1n) / unit;
  if (value === 0n && (resource === 'limits.cpu' || resource === 'limits.memory')) {
    return 'node allocatable';
  }
  return String(value);
}
