import type { Program } from '../../host/syscalls.ts';
import { linesOf, readInputs } from '../input.ts';
import { readOptions } from '../options.ts';
import { toRegExp } from './regex.ts';

interface Rule {
  readonly when: string;
  readonly body: string;
}

/**
 * The awk of one-liners: patterns, `{ print $1, $NF }`, NR, NF, FS, comparisons, sums in variables,
 * BEGIN and END. Statements beyond print, printf and assignments are told as not modelled.
 */
export const awk: Program = {
  name: 'awk',
  paths: ['/usr/bin/awk'],
  *run(argv, sys) {
    const options = yield* readOptions(sys, argv, { values: 'Fv', unmodelled: ['-f'] }, 2);
    if (typeof options === 'number') return options;
    const [script, ...paths] = options.rest;
    if (script === undefined) {
      yield* sys.write(2, 'Usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n');
      return 2;
    }
    const variables = new Map<string, string>();
    const given = options.value('v');
    if (given)
      variables.set(given.slice(0, given.indexOf('=')), given.slice(given.indexOf('=') + 1));
    const rules = readRules(script);
    const unknown = rules
      .flatMap(({ body }) => statements(body))
      .find((each) => !/^(print\b|printf\b|\w+\s*([-+*/]?=|\+\+|--)|next$|exit$|$)/.test(each));
    if (unknown !== undefined) {
      yield* sys.write(2, `awk: \`${unknown.slice(0, 30)}' is not modelled here\n`);
      return 2;
    }
    const { texts, failed } = yield* readInputs(sys, 'awk', paths);
    yield* sys.write(
      1,
      runRules(
        rules,
        texts.flatMap(({ text }) => linesOf(text)),
        options.value('F'),
        variables,
      ),
    );
    return failed ? 2 : 0;
  },
};

function readRules(script: string): Rule[] {
  const rules: Rule[] = [];
  for (const [, when = '', body] of script.matchAll(/\s*([^{}]*?)\s*(?:\{([^{}]*)\}|$|;)/g)) {
    if (when === '' && body === undefined) continue;
    rules.push({ when: when.trim(), body: body ?? 'print' });
  }
  return rules;
}

function statements(body: string): string[] {
  return body
    .split(/;|\n/)
    .map((each) => each.trim())
    .filter(Boolean);
}

interface Line {
  readonly text: string;
  readonly fields: readonly string[];
  readonly number: number;
}

function runRules(
  rules: readonly Rule[],
  lines: readonly string[],
  separator: string | undefined,
  variables: Map<string, string>,
): string {
  let out = '';
  const split = (text: string) => {
    if (separator === undefined || separator === ' ')
      return text.trim().split(/\s+/).filter(Boolean);
    return text.split(
      separator.length === 1 ? separator : (toRegExp(separator, true) ?? separator),
    );
  };
  const run = (body: string, line: Line): boolean => {
    for (const statement of statements(body)) {
      if (statement === 'next') return true;
      if (statement === 'exit') return false;
      const printf = /^printf\s*\(?(.*?)\)?$/.exec(statement);
      const print = /^print\b\s*(.*)$/.exec(statement);
      const change = /^(\w+)\s*([-+*/]?=|\+\+|--)\s*(.*)$/.exec(statement);
      if (printf) {
        const [format = '', ...values] = splitList(printf[1] as string).map((each) =>
          value(each, line, variables),
        );
        let at = 0;
        out += format
          .replaceAll(/\\n/g, '\n')
          .replaceAll(/\\t/g, '\t')
          .replaceAll(
            /%(-?)(\d*)(?:\.(\d+))?([sdf])/g,
            (_all, minus: string, width: string, precision: string, verb: string) => {
              const given = values[at++] ?? '';
              const shown =
                verb === 'd'
                  ? String(Math.trunc(Number(given)))
                  : verb === 'f'
                    ? Number(given).toFixed(Number(precision ?? 6))
                    : given;
              return minus ? shown.padEnd(Number(width)) : shown.padStart(Number(width || 0));
            },
          );
      } else if (print) {
        const list = splitList(print[1] as string);
        out +=
          list.length === 0
            ? `${line.text}\n`
            : list.map((each) => value(each, line, variables)).join(variables.get('OFS') ?? ' ') +
              '\n';
      } else if (change) {
        const [, name = '', operator = '=', given = ''] = change;
        const old = Number(variables.get(name) ?? 0);
        const right = value(given, line, variables);
        const next = {
          '=': right,
          '+=': old + Number(right),
          '-=': old - Number(right),
          '*=': old * Number(right),
          '/=': old / Number(right),
          '++': old + 1,
          '--': old - 1,
        }[operator];
        variables.set(name, String(next));
      }
    }
    return true;
  };
  const none: Line = { text: '', fields: [], number: 0 };
  for (const { when, body } of rules) if (when === 'BEGIN') run(body, none);
  let last = none;
  for (const [index, text] of lines.entries()) {
    const line = { text, fields: split(text), number: index + 1 };
    last = line;
    for (const { when, body } of rules) {
      if (when === 'BEGIN' || when === 'END' || !holds(when, line, variables)) continue;
      if (!run(body, line)) return out;
    }
  }
  for (const { when, body } of rules) if (when === 'END') run(body, { ...last });
  return out;
}

function splitList(text: string): string[] {
  return (
    text
      .match(/("(?:[^"\\]|\\.)*"|[^,"])+/g)
      ?.map((each) => each.trim())
      .filter(Boolean) ?? []
  );
}

function holds(when: string, line: Line, variables: Map<string, string>): boolean {
  if (when === '') return true;
  const parts = when.split('&&').map((each) => each.trim());
  if (parts.length > 1) return parts.every((each) => holds(each, line, variables));
  const either = when.split('||').map((each) => each.trim());
  if (either.length > 1) return either.some((each) => holds(each, line, variables));
  const bare = /^(!?)\/(.*)\/$/.exec(when);
  if (bare)
    return (toRegExp(bare[2] as string, true)?.test(line.text) ?? false) !== (bare[1] === '!');
  const match = /^(\S+)\s*(!?~)\s*\/(.*)\/$/.exec(when);
  if (match)
    return (
      (toRegExp(match[3] as string, true)?.test(value(match[1] as string, line, variables)) ??
        false) !==
      (match[2] === '!~')
    );
  const compare = /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(when);
  if (!compare) return !['', '0'].includes(value(when, line, variables));
  const [a, b] = [
    value(compare[1] as string, line, variables),
    value(compare[3] as string, line, variables),
  ];
  const numeric = a !== '' && b !== '' && !Number.isNaN(Number(a)) && !Number.isNaN(Number(b));
  const order = numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  return {
    '==': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '>': order > 0,
    '<=': order <= 0,
    '>=': order >= 0,
  }[compare[2] as '=='];
}

/** Value of an expression: texts, fields, variables, arithmetic, and texts side by side. */
function value(expression: string, line: Line, variables: Map<string, string>): string {
  const text = expression.trim();
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|\$NF|\$\(NF-\d+\)|\$\d+|\w+|[-+*/()]/g) ?? [];
  const one = (token: string): string => {
    if (token.startsWith('"'))
      return token
        .slice(1, -1)
        .replaceAll('\\n', '\n')
        .replaceAll('\\t', '\t')
        .replaceAll('\\"', '"');
    if (token === '$0') return line.text;
    if (token === '$NF') return line.fields.at(-1) ?? '';
    const back = /^\$\(NF-(\d+)\)$/.exec(token);
    if (back) return line.fields[line.fields.length - 1 - Number(back[1])] ?? '';
    if (token.startsWith('$')) return line.fields[Number(token.slice(1)) - 1] ?? '';
    if (token === 'NR') return String(line.number);
    if (token === 'NF') return String(line.fields.length);
    return /^\d/.test(token) ? token : (variables.get(token) ?? '');
  };
  let result = '';
  let operator = '';
  for (const token of tokens) {
    if (/^[-+*/]$/.test(token)) operator = token;
    else if (operator) {
      const [a, b] = [Number(result), Number(one(token))];
      result = String({ '+': a + b, '-': a - b, '*': a * b, '/': a / b }[operator]);
      operator = '';
    } else if (!/^[()]$/.test(token)) result += one(token);
  }
  return result;
}
