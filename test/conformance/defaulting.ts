// API defaulting of single objects (suite conformance/defaulting). Go prints fields without a value
// as null, as an empty object or as an empty list where we may leave them out: all are dropped.
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import { kinds } from '../../src/emulator/resources/catalog.ts';
import { canonical, type Json } from '../../src/emulator/world/json.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly input: ApiObject;
  readonly defaulted: ApiObject;
}

export const handles = (path: string) => /defaulting\/defaults\.json$/.test(path);

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  for (const { id, input, defaulted } of file.cases) {
    const kind = kinds.find(({ names }) => names.kind === input.kind);
    if (!kind) {
      yield { id, outcome: 'unsupported' };
      continue;
    }
    const expected = canonical(bare(defaulted as unknown as Json) ?? null);
    const got = canonical(bare(kind.defaults(input) as unknown as Json) ?? null);
    const detail = `expected ${expected}\n     got ${got}`;
    yield { id, outcome: expected === got ? 'pass' : 'fail', detail };
  }
}

function bare(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : (value as Json[]).map((each) => bare(each) ?? null);
  }
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .map(([key, each]) => [key, bare(each as Json)] as const)
    .filter(([, each]) => each !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Json);
}
