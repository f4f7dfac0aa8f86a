import type { ConfigError } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { compileGo, groupCount, highestGroup } from '../../regex.ts';

/** A change of names in answers, by a regular expression. */
export interface AnswerRule {
  readonly of: 'name' | 'value';
  readonly pattern: string;
  readonly replacement: string;
}

export interface NameRule {
  readonly rule: 'name';
  readonly match: 'exact' | 'prefix' | 'suffix' | 'substring' | 'regex';
  readonly from: string;
  readonly to: string;
  /** Answers are turned back as the question was turned. */
  readonly auto: boolean;
  readonly answers: readonly AnswerRule[];
}

const dotted = (name: string) => `${name.toLowerCase().replace(/\.$/, '')}.`;

/** `[exact|prefix|suffix|substring|regex] FROM TO [answer …]`. */
export function readNameRule(args: readonly string[]): NameRule | ConfigError {
  if (args.length < 2) return { error: 'too few arguments for a name rule' };
  const short = args.length === 2;
  const match = short ? 'exact' : (args[0] as string).toLowerCase();
  const [from = '', to = ''] = short ? args : args.slice(1, 3);
  const rest = short ? [] : args.slice(3);
  const answers = rest.length === 0 ? { auto: false, answers: [] } : readAnswers(rest, match);
  if (isError(answers)) return answers;
  switch (match) {
    case 'exact':
      return {
        rule: 'name',
        match,
        from: dotted(from),
        to: dotted(to),
        ...answers,
        auto: answers.answers.length === 0,
      };
    case 'suffix':
      return { rule: 'name', match, from: dotted(from), to: dotted(to), ...answers };
    case 'prefix':
    case 'substring':
      return { rule: 'name', match, from: from.toLowerCase(), to: to.toLowerCase(), ...answers };
    case 'regex': {
      const pattern = compileGo(from);
      if (!pattern) return { error: `invalid regex matching pattern: ${from}` };
      if (groupCount(pattern) < highestGroup(to)) return tooManyGroups(from, to);
      return { rule: 'name', match, from, to: dotted(to), ...answers };
    }
    default:
      return {
        error:
          'name rule supports only exact, prefix, suffix, substring, and ' +
          `regex name matching, received: ${match}`,
      };
  }
}

function tooManyGroups(pattern: string, replacement: string): ConfigError {
  return {
    error:
      `the rewrite regex pattern ${JSON.stringify(pattern)} has ` +
      `fewer subexpressions than ${JSON.stringify(replacement)} uses`,
  };
}

function readAnswers(
  args: readonly string[],
  match: string,
): { readonly auto: boolean; readonly answers: readonly AnswerRule[] } | ConfigError {
  if (args.length < 2) return { error: `invalid arguments for ${match} rule` };
  const answers: AnswerRule[] = [];
  let auto = false;
  let at = 0;
  while (at < args.length) {
    if (at === 0 && args[at] !== 'answer') {
      return {
        error: `exceeded the number of arguments for a non-answer rule argument for ${match} rule`,
      };
    }
    if (args[at] === 'answer') at += 1;
    const type = args[at++];
    if (type === undefined) return { error: `type missing for answer rule for ${match} rule` };
    if (type === 'auto') {
      auto = true;
      continue;
    }
    if (type !== 'name' && type !== 'value') {
      return { error: `invalid type ${JSON.stringify(type)} for answer rule for ${match} rule` };
    }
    const [pattern, replacement] = args.slice(at, at + 2);
    if (pattern === undefined || replacement === undefined) {
      return { error: `${type} arguments for ${match} rule are missing` };
    }
    const compiled = compileGo(pattern);
    if (!compiled) return { error: `invalid regex pattern in a ${type} answer rule: ${pattern}` };
    if (groupCount(compiled) < highestGroup(replacement))
      return tooManyGroups(pattern, replacement);
    answers.push({ of: type, pattern, replacement: dotted(replacement) });
    at += 2;
  }
  if (auto && answers.length > 0) {
    return { error: `auto name and value answers are exclusive for ${match} rule` };
  }
  return { auto, answers };
}
