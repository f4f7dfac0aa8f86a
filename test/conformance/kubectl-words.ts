// Cases of ages and label selectors (suite conformance/kubectl).
import { humanDuration, shortHumanDuration } from '../../src/emulator/apimachinery/duration.ts';
import {
  checkRequirement,
  meets,
  parseSelector,
  type Requirement,
} from '../../src/emulator/apimachinery/selector.ts';
import { canonical } from '../../src/emulator/world/json.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly function: string;
  readonly [field: string]: unknown;
}

export const handles = (path: string) => /kubectl\/(durations|label-selectors)\.json$/.test(path);

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  for (const each of file.cases) {
    const result = judge(each);
    if (!result) {
      yield { id: each.id, outcome: 'unsupported' };
      continue;
    }
    const [expected, got] = result.map(canonical) as [string, string];
    const detail = `expected ${expected}\n     got ${got}`;
    yield { id: each.id, outcome: expected === got ? 'pass' : 'fail', detail };
  }
}

/** What was recorded, and what we make of it. */
function judge(each: Case): [unknown, unknown] | undefined {
  switch (each.function) {
    case 'HumanDuration':
      return [each['text'], humanDuration((each['seconds'] as number) * 1_000_000)];
    case 'ShortHumanDuration':
      return [each['text'], shortHumanDuration((each['seconds'] as number) * 1_000_000)];
    case 'Parse': {
      const parsed = parseSelector(each['selector'] as string);
      const recorded = errorOf(each['error']);
      if (!parsed.ok) return [recorded, parsed.error];
      return [recorded ?? ((each['requirements'] as unknown) || []), parsed.value];
    }
    case 'Matches': {
      const requirements = (each['requirements'] as Requirement[] | null) ?? [];
      const labels = (each['labels'] as Record<string, string> | null) ?? {};
      return [each['matches'], meets(requirements, labels)];
    }
    case 'NewRequirement': {
      const values = (each['values'] as string[] | null) ?? [];
      const error = checkRequirement(each['key'] as string, each['operator'] as string, values);
      return [errorOf(each['error']) ?? null, error ?? null];
    }
    default:
      return undefined;
  }
}

function errorOf(error: unknown): string | undefined {
  return (error as { readonly error?: string } | null)?.error;
}
