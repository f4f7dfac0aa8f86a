import { describe, expect, it } from 'vitest';
import type { ApiStatus } from '../../apimachinery/status.ts';
import { report, withSource, type Problem } from './failure.ts';

const status = (fields: Partial<ApiStatus>): Problem => ({
  type: 'status',
  status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', ...fields },
});
const missing = status({ reason: 'NotFound', message: 'services "x" not found' });

describe('report', () => {
  it('puts "error: " before plain texts that stand alone', () => {
    expect(report({ type: 'text', text: 'no' })).toEqual({ text: 'error: no\n', code: 1 });
    const list: Problem = { type: 'aggregate', problems: [{ type: 'text', text: 'no' }, missing] };
    expect(report(list).text).toBe('no\nError from server (NotFound): services "x" not found\n');
  });

  it('names the file that a refusal is about', () => {
    expect(report(withSource('creating', 'a.yaml', missing)).text).toBe(
      'Error from server (NotFound): error when creating "a.yaml": services "x" not found\n',
    );
  });

  it('lists the causes of an invalid object', () => {
    const causes = [
      { field: 'spec.a', message: 'Required value' },
      { field: 'spec.b', message: 'Invalid value: 1' },
    ];
    const one = status({
      reason: 'Invalid',
      details: { kind: 'Service', name: 'x', causes: causes.slice(0, 1) },
    });
    expect(report(one).text).toBe('The Service "x" is invalid: spec.a: Required value\n');
    const two = status({ reason: 'Invalid', details: { kind: 'Service', name: 'x', causes } });
    expect(report(two).text).toBe(
      'The Service "x" is invalid: \n* spec.a: Required value\n* spec.b: Invalid value: 1\n',
    );
  });
});
