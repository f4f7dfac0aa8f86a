import { failed } from './failure.ts';

/** Arguments of label, annotate and taint: what to change, and how. */
export interface ResourcesAndPairs {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** `key=value` pairs joined by commas (kubectl `generate.ParseLabels`). */
export function parseLabels(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const label of text.split(',')) {
    const [key = '', value, ...rest] = label.split('=');
    if (value === undefined || rest.length > 0) throw failed(`unexpected label spec: ${label}`);
    if (key === '') throw failed('unexpected empty label key');
    result[key] = value;
  }
  return result;
}

/** Splits arguments where `key=value` and `key-` begin. */
export function resourcesAndPairs(args: readonly string[], what: string): ResourcesAndPairs {
  const resources: string[] = [];
  const pairs: string[] = [];
  for (const arg of args) {
    const pair = (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-');
    if (pair) pairs.push(arg);
    else if (pairs.length > 0) {
      throw failed(`all resources must be specified before ${what} changes: ${arg}`);
    } else resources.push(arg);
  }
  return { resources, pairs };
}
