import { describe, expect, it } from 'vitest';
import { Failure, textOf } from './failure.ts';
import { defineFlags, parseFlags } from './flags.ts';

const flags = defineFlags(
  "-o|output='' -A|all-namespaces=false replicas=1 timeout=0s tcp=[] env=[*] dry-run='none'",
);

const refusal = (...words: string[]) => {
  try {
    parseFlags(flags, words);
  } catch (caught) {
    if (caught instanceof Failure) return textOf(caught.problem);
    throw caught;
  }
  return undefined;
};

describe('parseFlags', () => {
  it('takes values with and without a sign, and letters in a row', () => {
    const { values, args } = parseFlags(flags, [
      'svc',
      '-Aowide',
      '--replicas',
      '3',
      '--timeout=1m',
    ]);
    expect(args).toEqual(['svc']);
    expect(values.on('all-namespaces')).toBe(true);
    expect(values.text('output')).toBe('wide');
    expect(values.number('replicas')).toBe(3);
    expect(values.duration('timeout')).toBe(60_000_000);
  });

  it('splits lists at commas, arrays not, and stops at two dashes', () => {
    const { values, args, dash } = parseFlags(flags, [
      '--tcp=1,2',
      '--tcp=3',
      '--env=A=1,2',
      'x',
      '--',
      '-o',
    ]);
    expect(values.list('tcp')).toEqual(['1', '2', '3']);
    expect(values.list('env')).toEqual(['A=1,2']);
    expect([args, dash]).toEqual([['x', '-o'], 1]);
  });

  it('lets some flags stand alone', () => {
    const { values, args } = parseFlags(flags, ['--dry-run', 'x']);
    expect([values.text('dry-run'), args]).toEqual(['unchanged', ['x']]);
  });

  it.each([
    [['--foo'], 'unknown flag: --foo'],
    [['-z'], "unknown shorthand flag: 'z' in -z"],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['--output'], 'flag needs an argument: --output'],
    [
      ['--replicas=x'],
      'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      ['-A=maybe'],
      'invalid argument "maybe" for "-A, --all-namespaces" flag: ' +
        'strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--timeout=5'],
      'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
    ],
  ])('refuses %j', (words, text) => {
    expect(refusal(...words)).toBe(text);
  });
});
