import type { FieldError } from '../apimachinery/field-error.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import type { Json, Micros } from '../world/json.ts';
import { generic } from './describe/simple.ts';
import {
  defineKind,
  type Column,
  type KindNames,
  type KindView,
  type Related,
  type Requester,
  type ResourceKind,
  type Surroundings,
} from './kind.ts';

/** A kind that is kept and shown, and that nothing in the cluster acts upon. */
export interface StoredForm<T extends ApiObject> {
  readonly names: KindNames;
  readonly definition: string;
  /** Whether there is a `/status` that has the status for itself. */
  readonly status?: boolean;
  /** Subresources besides `status`. */
  readonly subresources?: readonly string[];
  readonly generation?: boolean;
  /** The feature gate behind which a server has it; without it the kind is only printed. */
  readonly gate?: string;
  readonly deprecated?: string;
  readonly fixed?: readonly ApiObject[];
  readonly view?: KindView;
  readonly columns: readonly Column[];
  cells(object: T, now: Micros): readonly Json[];
  defaults?(object: T): T;
  prepare?(object: T, old: T | undefined, around: Surroundings): T;
  validate?(object: T, old: T | undefined): readonly FieldError[];
  validateStatus?(object: T, old: T): readonly FieldError[];
  signedBy?(object: T, user: Requester): T;
  warnings?(object: T, old: T | undefined): readonly string[];
  selectableFields?(object: T): Readonly<Record<string, string>>;
  describe?(object: T, related: Related): string;
}

/** A whole kind of the little that its folder says: the status is kept apart, all else stays. */
export function storedKind<T extends ApiObject>(form: StoredForm<T>): ResourceKind {
  const { names, definition, columns, gate, deprecated, fixed, view } = form;
  return defineKind<T>({
    names,
    definition,
    hasGeneration: form.generation ?? false,
    subresources: [...(form.subresources ?? []), ...(form.status ? ['status'] : [])],
    ...(gate && { gate }),
    ...(deprecated && { deprecated }),
    ...(fixed && { fixed }),
    ...(view && { view }),
    ...(form.warnings && { warnings: form.warnings }),
    ...(form.signedBy && { signedBy: form.signedBy }),
    ...(form.validateStatus && { validateStatus: form.validateStatus }),
    ...(form.selectableFields && { selectableFields: form.selectableFields }),
    defaults: form.defaults ?? ((object) => object),
    prepare(object, old, around) {
      const kept = form.status ? withStatusOf(object, old) : object;
      return form.prepare?.(kept, old, around) ?? kept;
    },
    validate: (object, old) => form.validate?.(object, old) ?? [],
    columns,
    cells: (object, now) => form.cells(object, now),
    describe: form.describe ?? generic,
  });
}

/** A write of the object itself leaves the status as it was. */
export function withStatusOf<T extends ApiObject>(object: T, old: T | undefined): T {
  const { status: _sent, ...rest } = object as T & { readonly status?: unknown };
  const before = (old as { readonly status?: unknown } | undefined)?.status;
  return (before === undefined ? { ...rest } : { ...rest, status: before }) as unknown as T;
}
