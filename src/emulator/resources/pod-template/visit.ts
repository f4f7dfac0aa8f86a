import { at } from '../../apimachinery/field-error.ts';
import type { Container, PodSpec } from './shapes.ts';

/** Containers of all sorts with their paths, in upstream's order (`VisitContainersWithPath`). */
export function visitContainers(spec: PodSpec, path: string): (readonly [Container, string])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).map((each, index) => [each, at(path, field, index)] as const),
  );
}
