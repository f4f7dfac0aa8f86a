import { parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import type { Container, Pod } from '../pod-template/shapes.ts';

/** Amounts by the name of the resource. */
export type Amounts = Readonly<Record<string, Quantity>>;

/**
 * What a pod asks for or may use at the most: its containers and sidecars together, or what its
 * init containers need at one time, whichever is more; what the pod as a whole says comes first
 * (component-helpers `resource.PodRequests`, `PodLimits`).
 */
export function podAmounts({ spec }: Pod, list: 'requests' | 'limits'): Amounts {
  const own = (container: Container) => amounts(container.resources?.[list]);
  let total = (spec.containers ?? []).map(own).reduce(add, {});
  let sidecars: Amounts = {};
  let most: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    let needed = own(container);
    if (container.restartPolicy === 'Always') {
      total = add(total, needed);
      sidecars = add(sidecars, needed);
      needed = sidecars;
    } else needed = add(needed, sidecars);
    most = larger(most, needed);
  }
  return { ...larger(total, most), ...amounts(spec.resources?.[list]) };
}

/** The sum of two lists. */
export function add(a: Amounts, b: Amounts): Amounts {
  return merge(a, b, (one, other) => ({
    nano: one.nano + other.nano,
    format: one.nano === 0n ? other.format : one.format,
  }));
}

const larger = (a: Amounts, b: Amounts) =>
  merge(a, b, (one, other) => (other.nano > one.nano ? other : one));

function merge(
  a: Amounts,
  b: Amounts,
  join: (one: Quantity, other: Quantity) => Quantity,
): Amounts {
  const merged: Record<string, Quantity> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const before = merged[name];
    merged[name] = before ? join(before, amount) : amount;
  }
  return merged;
}

function amounts(list: Readonly<Record<string, string>> | undefined): Amounts {
  const found: Record<string, Quantity> = {};
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(String(text));
    if (quantity) found[name] = quantity;
  }
  return found;
}
