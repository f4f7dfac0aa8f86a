import { formatQuantity, parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import type { Amounts } from '../describe/quota.ts';

/** Amounts of resources, exact (`corev1.ResourceList`). */
export type Usage = ReadonlyMap<string, Quantity>;

/** Amounts of an object's list; what cannot be read counts nothing. */
export function readAmounts(amounts: Amounts | undefined): Usage {
  const usage = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(amounts ?? {})) {
    const quantity = parseQuantity(String(text));
    if (quantity) usage.set(name, quantity);
  }
  return usage;
}

/** A number of things. */
export const count = (number: number): Quantity => ({
  nano: BigInt(number) * 1_000_000_000n,
  format: 'DecimalSI',
});

const zero = count(0);

/** Both together; nothing has the form of what is added to it (`Quantity.Add`). */
export function sum(a: Quantity = zero, b: Quantity = zero): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Adds up lists, name by name. */
export function addAll(lists: readonly Usage[]): Usage {
  const total = new Map<string, Quantity>();
  for (const usage of lists) {
    for (const [name, amount] of usage) total.set(name, sum(total.get(name), amount));
  }
  return total;
}

/** The greater of two lists, name by name. */
export function greatest(a: Usage, b: Usage): Usage {
  const most = new Map(a);
  for (const [name, amount] of b) {
    const other = most.get(name);
    if (!other || other.nano < amount.nano) most.set(name, amount);
  }
  return most;
}

/** What has grown, without what has not. */
export function growth(now: Usage, before: Usage): Usage {
  const grown = new Map<string, Quantity>();
  for (const [name, amount] of now) {
    const more = amount.nano - (before.get(name)?.nano ?? 0n);
    if (more > 0n) grown.set(name, { ...amount, nano: more });
  }
  return grown;
}

/** Texts of amounts in order of their names: `cpu=1,pods=2`. */
export function prettyAmounts(usage: Usage): string {
  return [...usage]
    .map(([name, amount]) => `${name}=${formatQuantity(amount)}`)
    .sort()
    .join(',');
}

/** Amounts as an object holds them. */
export function writeAmounts(usage: Usage): Record<string, string> {
  return Object.fromEntries(
    [...usage]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, amount]) => [name, formatQuantity(amount)]),
  );
}
