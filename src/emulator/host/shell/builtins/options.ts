import type { Call } from '../../syscalls.ts';
import { quoteWord } from '../quote.ts';
import { Flow, type Shell } from '../shell.ts';
import { optionLetters, type Options } from '../state.ts';
import { assign, keysOf, valueOf } from '../variables.ts';
import { readFlags, type Builtin } from './builtin.ts';

/** Names that `shopt` knows. */
const shoptNames = new Set(
  `autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31
  compat32 compat40 compat41 compat42 compat43 compat44 complete_fullquote direxpand dirspell
  dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges
  globskipdots globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit
  inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell
  mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob
  patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath
  varredir_close xpg_echo`.split(/\s+/),
);

const SET_USAGE = 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]';

function* set(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  if (words.length === 1) return yield* showVariables(shell);
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      state.positional = words.slice(i + 1);
      return 0;
    }
    if (word === '-') {
      state.options.xtrace = false;
      state.options.verbose = false;
      if (i + 1 < words.length) state.positional = words.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) {
      state.positional = words.slice(i);
      return 0;
    }
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = words[++i];
        if (name === undefined) return yield* showOptions(shell, on);
        if (!(name in state.options)) {
          yield* shell.complain(`set: ${name}: invalid option name`);
          return 2;
        }
        state.options[name as keyof Options] = on;
        continue;
      }
      const known = optionLetters[letter];
      if (known) state.options[known] = on;
      else if (!/[kptEPT]/.test(letter)) {
        yield* shell.complain(`set: ${word[0]}${letter}: invalid option`);
        yield* shell.write(2, `set: usage: ${SET_USAGE}\n`);
        return 2;
      }
    }
  }
  return 0;
}

function* showVariables(shell: Shell): Call<number> {
  const sorted = [...shell.state.variables].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, variable] of sorted) {
    const { value } = variable;
    if (value instanceof Map) {
      const pairs = keysOf(variable, value).map((key) => `[${key}]="${value.get(key)}"`);
      yield* shell.out(`${name}=(${pairs.join(' ')})\n`);
    } else if (value !== undefined) {
      yield* shell.out(`${name}=${value === '' ? '' : quoteWord(value)}\n`);
    }
  }
  return 0;
}

function* showOptions(shell: Shell, asTable: boolean): Call<number> {
  for (const name of Object.keys(shell.state.options).sort()) {
    const on = shell.state.options[name as keyof Options];
    yield* shell.out(
      asTable ? `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n` : `set ${on ? '-' : '+'}o ${name}\n`,
    );
  }
  return 0;
}

function* shift(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  const given = words[1] ?? '1';
  if (!/^-?\d+$/.test(given)) {
    yield* shell.complain(`shift: ${given}: numeric argument required`);
    return 1;
  }
  const count = Number(given);
  if (count < 0) {
    yield* shell.complain(`shift: ${given}: shift count out of range`);
    return 1;
  }
  if (count > state.positional.length) {
    if (shell.look.name !== 'dash') return 1;
    yield* shell.complain("shift: can't shift that many");
    throw new Flow('exit', 2);
  }
  state.positional = state.positional.slice(count);
  return 0;
}

function* getopts(shell: Shell, words: readonly string[]): Call<number> {
  const [, spec, name, ...given] = words;
  const { state } = shell;
  if (spec === undefined || name === undefined) {
    yield* shell.write(2, 'getopts: usage: getopts optstring name [arg ...]\n');
    return 2;
  }
  const args = given.length > 0 ? given : state.positional;
  let index = Number(valueOf(shell, 'OPTIND') ?? 1);
  let offset = shell.optionOffset > 0 && index === shell.optionIndex ? shell.optionOffset : 1;
  const word = args[index - 1];
  const end = () => {
    assign(shell, name, '?');
    shell.state.variables.delete('OPTARG');
    return 1;
  };
  if (word === undefined || !/^-./.test(word)) return end();
  if (word === '--') {
    assign(shell, 'OPTIND', String(index + 1));
    return end();
  }
  const letter = word[offset] as string;
  const place = letter === ':' ? -1 : spec.replace(/^:/, '').indexOf(letter);
  const silent = spec.startsWith(':') || valueOf(shell, 'OPTERR') === '0';
  const wants = place >= 0 && spec.replace(/^:/, '')[place + 1] === ':';
  let value: string | undefined;
  offset += 1;
  if (wants) {
    value = word.slice(offset) || args[index];
    if (offset >= word.length && value !== undefined) index += 1;
    offset = word.length;
  }
  if (offset >= word.length) {
    index += 1;
    offset = 0;
  }
  assign(shell, 'OPTIND', String(index));
  shell.optionOffset = offset;
  shell.optionIndex = index;
  const wrong = place < 0 || (wants && value === undefined);
  if (!wrong) {
    if (value === undefined) shell.state.variables.delete('OPTARG');
    else assign(shell, 'OPTARG', value);
    assign(shell, name, letter);
    return 0;
  }
  assign(shell, name, wants && spec.startsWith(':') ? ':' : '?');
  if (spec.startsWith(':')) assign(shell, 'OPTARG', letter);
  else shell.state.variables.delete('OPTARG');
  if (!silent) {
    const why = wants ? 'option requires an argument' : 'illegal option';
    yield* shell.write(2, `${state.name}: ${why} -- ${letter}\n`);
  }
  return 0;
}

function* shopt(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'pqsuo', 'shopt [-pqsu] [-o] [optname ...]');
  if (!flags) return 2;
  const { letters, rest } = flags;
  const { shopt: on } = shell.state;
  const shown = rest.length > 0 ? rest : [...shoptNames].sort();
  let status = 0;
  for (const name of shown) {
    if (!shoptNames.has(name)) {
      yield* shell.complain(`shopt: ${name}: invalid shell option name`);
      status = 1;
    } else if (letters.includes('s') && rest.length > 0) on.add(name);
    else if (letters.includes('u') && rest.length > 0) on.delete(name);
    else {
      if (rest.length > 0 && !on.has(name)) status = 1;
      if (letters.includes('q')) continue;
      if (letters.includes('s') && !on.has(name)) continue;
      if (letters.includes('u') && on.has(name)) continue;
      const line = letters.includes('p')
        ? `shopt -${on.has(name) ? 's' : 'u'} ${name}`
        : `${name.padEnd(15)}\t${on.has(name) ? 'on' : 'off'}`;
      yield* shell.out(`${line}\n`);
    }
  }
  return status;
}

function* umask(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  const flags = yield* readFlags(shell, words, 'pS', 'umask [-p] [-S] [mode]');
  if (!flags) return 2;
  const [mode] = flags.rest;
  if (mode === undefined) {
    const octal = state.umask.toString(8).padStart(4, '0');
    const part = (shift: number) => {
      const bits = ~(state.umask >> shift) & 7;
      return `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
    };
    const symbolic = `u=${part(6)},g=${part(3)},o=${part(0)}`;
    yield* shell.out(`${flags.letters.includes('S') ? symbolic : octal}\n`);
    return 0;
  }
  const next = /^\d/.test(mode) ? octalMask(mode) : symbolicMask(mode, state.umask);
  if (typeof next === 'string') {
    yield* shell.complain(`umask: ${next}`);
    return 1;
  }
  state.umask = next & 0o777;
  return 0;
}

function octalMask(mode: string): number | string {
  return /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : `${mode}: octal number out of range`;
}

/** `u=rwx,g-w`: which bits are allowed, the other way round from the mask. */
function symbolicMask(mode: string, before: number): number | string {
  let allowed = ~before & 0o777;
  for (const clause of mode.split(',')) {
    const [, who = '', operator, bits = ''] = /^([ugoa]*)([-+=]?)(.*)$/.exec(clause) ?? [];
    if (!operator) return `\`${bits[0] ?? ''}': invalid symbolic mode operator`;
    const wrong = /[^rwx]/.exec(bits)?.[0];
    if (wrong) return `\`${wrong}': invalid symbolic mode character`;
    const part = [...bits].reduce((sum, bit) => sum | { r: 4, w: 2, x: 1 }[bit as 'r'], 0);
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who && !who.includes('a') && !who.includes(letter)) continue;
      const place = part << shift;
      if (operator === '=') allowed = (allowed & ~(7 << shift)) | place;
      else allowed = operator === '+' ? allowed | place : allowed & ~place;
    }
  }
  return ~allowed & 0o777;
}

/** Limits with their letter, the text of `ulimit -a`, and the value. */
function limitsOf(shell: Shell): readonly (readonly [string, string, string])[] {
  const most = String(shell.sys.limits.processes);
  return [
    ['R', 'real-time non-blocking time  (microseconds, -R)', 'unlimited'],
    ['c', 'core file size              (blocks, -c)', '0'],
    ['d', 'data seg size               (kbytes, -d)', 'unlimited'],
    ['e', 'scheduling priority                 (-e)', '0'],
    ['f', 'file size                   (blocks, -f)', 'unlimited'],
    ['i', 'pending signals                     (-i)', '15610'],
    ['l', 'max locked memory           (kbytes, -l)', '8192'],
    ['m', 'max memory size             (kbytes, -m)', 'unlimited'],
    ['n', 'open files                          (-n)', '1024'],
    ['p', 'pipe size                (512 bytes, -p)', '8'],
    ['q', 'POSIX message queues         (bytes, -q)', '819200'],
    ['r', 'real-time priority                  (-r)', '0'],
    ['s', 'stack size                  (kbytes, -s)', '8192'],
    ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
    ['u', 'max user processes                  (-u)', most],
    ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
    ['x', 'file locks                          (-x)', 'unlimited'],
  ];
}

function* ulimit(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(
    shell,
    words,
    'SHabcdefiklmnpqrstuvxPRT',
    'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]',
  );
  if (!flags) return 2;
  const all = limitsOf(shell);
  const letters = flags.letters.replaceAll(/[SH]/g, '') || 'f';
  if (letters.includes('a')) {
    for (const [, text, value] of all) yield* shell.out(`${text} ${value}\n`);
    return 0;
  }
  if (flags.rest.length > 0) {
    yield* shell.complain('ulimit: setting limits is not modelled here');
    return 2;
  }
  for (const letter of letters) {
    const found = all.find(([each]) => each === letter);
    yield* shell.out(`${found?.[2] ?? 'unlimited'}\n`);
  }
  return 0;
}

function* times(shell: Shell): Call<number> {
  yield* shell.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
  return 0;
}

export const options: Readonly<Record<string, Builtin>> = {
  set,
  shift,
  getopts,
  shopt,
  umask,
  ulimit,
  times,
};
