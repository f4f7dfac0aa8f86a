import {
  at,
  duplicate,
  forbidden,
  invalid,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidCidrForLegacyField } from '../../apimachinery/ip.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { equal } from '../../world/json.ts';
import { invalids, qualifiedName } from '../checks.ts';
import { validateAmount } from '../resource-names.ts';
import { internalForm } from '../pod-template/internal-form.ts';
import { validateTaintEffect } from '../taint-effect.ts';
import type { Node } from './shapes.ts';

/** `ValidateNode` and `ValidateNodeUpdate`. */
export function validate(node: Node, old: Node | undefined): FieldError[] {
  const taints = validateTaints(node.spec.taints ?? [], 'metadata.taints');
  if (!old) return [...taints, ...validateAmounts(node), ...validateRanges(node)];
  return [...validateAmounts(node), ...validateAddresses(node), ...fixed(node, old), ...taints];
}

/** Writes to `/status` are checked like those of the node, but keep its spec. */
export function validateStatus(node: Node, old: Node): FieldError[] {
  return validate(node, old);
}

function validateTaints(taints: NonNullable<Node['spec']['taints']>, path: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const own = at(path, index);
    const { key = '', value = '', effect = '' } = taint;
    const texts = isValidLabelValue(value);
    const errors = [
      ...qualifiedName(key, at(own, 'key')),
      ...(texts.length > 0 ? [invalid(at(own, 'value'), value, texts.join(';'))] : []),
      ...validateTaintEffect(effect, at(own, 'effect')),
    ];
    const id = `${effect} ${key}`;
    if (seen.has(id)) {
      const detail = 'taints must be unique by key and effect pair';
      errors.push({ ...duplicate(own, internalForm('Taint', taint)), detail });
    }
    seen.add(id);
    return errors;
  });
}

function validateAmounts({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    Object.entries(status?.[field] ?? {}).flatMap(([name, amount]) =>
      validateAmount(name, amount, at('status', field, name)),
    ),
  );
}

function validateRanges({ spec }: Node): FieldError[] {
  const path = 'spec.podCIDRs';
  const ranges = spec.podCIDRs ?? [];
  const errors = ranges.flatMap((range, index) =>
    invalids(at(path, index), range, isValidCidrForLegacyField(range, true, [])),
  );
  if (ranges.length < 2) return errors;
  const families = new Set(ranges.map((range) => range.includes(':')));
  if (families.size < 2 || ranges.length > 2) {
    const why = 'may specify no more than one CIDR for each IP family';
    errors.push(invalid(path, [...ranges], why));
  }
  ranges.forEach((range, index) => {
    if (ranges.indexOf(range) < index) errors.push(duplicate(at(path, index), range));
  });
  return errors;
}

function validateAddresses({ status }: Node): FieldError[] {
  const list = status?.addresses ?? [];
  return list.flatMap((each, index) => {
    if (list.findIndex((other) => equal(other, each)) === index) return [];
    const shown = { Type: each.type, Address: each.address };
    return [duplicate(at('status', 'addresses', index), shown)];
  });
}

/** What a node has once been given it keeps. */
function fixed({ spec }: Node, { spec: old }: Node): FieldError[] {
  const errors: FieldError[] = [];
  const [now, before] = [spec.podCIDRs ?? [], old.podCIDRs ?? []];
  const ranges = 'node updates may not change podCIDR except from "" to valid';
  if (before.length > 0 && before.length !== now.length) {
    errors.push(forbidden('spec.podCIDRs', ranges));
  } else {
    const changed = before.filter((range, index) => range !== now[index]);
    errors.push(...changed.map(() => forbidden('spec.podCIDRs', ranges)));
  }
  if (old.providerID && old.providerID !== spec.providerID) {
    const why = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden('spec.providerID', why));
  }
  return errors;
}
