import { isErrno, strerror } from '../../host/errno.ts';
import { patternToRegExp } from '../../host/shell/expand/pattern.ts';
import type { Call, FileStat, Sys } from '../../host/syscalls.ts';
import { DAY, MINUTE } from '../../world/time.ts';

/** Something that was met on the way. */
export interface Place {
  readonly path: string;
  readonly depth: number;
  readonly stat: FileStat;
  /** `-prune` was met: what is in it is left out. */
  pruned?: boolean;
}

export type Expression = (place: Place) => Call<boolean>;

/** Words that cannot be read; the text follows `find: `. */
export class FindError extends Error {}

interface Parsed {
  readonly paths: readonly string[];
  readonly depths: readonly [number, number];
  readonly depthFirst: boolean;
  readonly expression: Expression;
}

const types = { f: 'file', d: 'directory', l: 'symlink', c: 'device', s: 'socket' };

/** Reads the words of the command line; throws FindError. */
export function parseWords(words: readonly string[], sys: Sys): Parsed {
  const first = words.findIndex((word) => /^(?:-.|[!()]$)/.test(word));
  const paths = first < 0 ? words : words.slice(0, first);
  const rest = first < 0 ? [] : words.slice(first);
  const parser = createParser(rest, sys);
  const { expression, acts } = parser.read();
  const whole: Expression = function* (place) {
    const found = yield* expression(place);
    if (found && !acts) yield* sys.write(1, `${place.path}\n`);
    return found;
  };
  return {
    paths: paths.length > 0 ? paths : ['.'],
    depths: parser.depths,
    depthFirst: rest.includes('-depth') || rest.includes('-delete'),
    expression: whole,
  };
}

function createParser(words: readonly string[], sys: Sys) {
  const depths: [number, number] = [0, Infinity];
  let at = 0;
  let acts = false;

  const argument = (name: string): string => {
    const word = words[at++];
    if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
    return word;
  };
  const either = (): Expression => {
    let left = both();
    while (/^-(?:o|or)$/.test(words[at] ?? '')) {
      at += 1;
      const [one, other] = [left, both()];
      left = function* (place) {
        return (yield* one(place)) || (yield* other(place));
      };
    }
    return left;
  };
  const both = (): Expression => {
    let left = not();
    while (words[at] !== undefined && !/^(?:-o|-or|\))$/.test(words[at] as string)) {
      if (/^-(?:a|and)$/.test(words[at] as string)) at += 1;
      const [one, other] = [left, not()];
      left = function* (place) {
        return (yield* one(place)) && (yield* other(place));
      };
    }
    return left;
  };
  const not = (): Expression => {
    if (!/^(?:!|-not)$/.test(words[at] ?? '')) return primary();
    at += 1;
    const inner = not();
    return function* (place) {
      return !(yield* inner(place));
    };
  };
  const test = (work: (place: Place) => boolean): Expression =>
    // oxlint-disable-next-line require-yield -- a test takes no time
    function* (place) {
      return work(place);
    };
  const primary = (): Expression => {
    const name = words[at++];
    if (name === undefined) throw new FindError('expected an expression');
    if (name === '(') {
      const inner = either();
      if (words[at++] !== ')') throw new FindError("invalid expression; expected to find a ')'");
      return inner;
    }
    if (!name.startsWith('-')) {
      throw new FindError(`paths must precede expression: \`${name}'`);
    }
    const action = actionNamed(name);
    if (action) {
      acts = true;
      return action;
    }
    return test(testNamed(name));
  };
  const number = (name: string): ((value: number) => boolean) => {
    const text = argument(name);
    const [, sign = '', digits] = /^([-+]?)(\d+)$/.exec(text) ?? [];
    if (digits === undefined) throw new FindError(`invalid argument \`${text}' to \`${name}'`);
    const wanted = Number(digits);
    return (value) =>
      sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted;
  };
  const testNamed = (name: string): ((place: Place) => boolean) => {
    const base = (path: string) =>
      path
        .replace(/(?<=.)\/+$/, '')
        .split('/')
        .at(-1) || '/';
    const match = (part: (path: string) => string) => {
      const pattern = patternToRegExp(argument(name), { ignoreCase: /^-i/.test(name) });
      return ({ path }: Place) => pattern.test(part(path));
    };
    switch (name) {
      case '-name':
      case '-iname':
        return match(base);
      case '-path':
      case '-ipath':
      case '-wholename':
        return match((path) => path);
      case '-regex': {
        const pattern = new RegExp(`^(?:${argument(name)})$`, 'u');
        return ({ path }) => pattern.test(path);
      }
      case '-type': {
        const letters = argument(name).split(',');
        const wrong = letters.find((letter) => !(letter in types));
        if (wrong !== undefined) throw new FindError(`Unknown argument to -type: ${wrong}`);
        return ({ stat }) => letters.some((letter) => types[letter as 'f'] === stat.type);
      }
      case '-maxdepth':
      case '-mindepth': {
        const text = argument(name);
        if (!/^\d+$/.test(text)) {
          throw new FindError(
            `Expected a positive decimal integer argument to ${name}, but got ‘${text}’`,
          );
        }
        depths[name === '-mindepth' ? 0 : 1] = Number(text);
        return () => true;
      }
      case '-empty':
        return ({ path, stat }) => {
          if (stat.type === 'file') return stat.size === 0;
          return stat.type === 'directory' && sys.files.list(path).length === 0;
        };
      case '-prune':
        return (place) => (place.pruned = true);
      case '-depth':
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      default:
        return measured(name);
    }
  };
  /** Tests of sizes, times, owners and modes. */
  const measured = (name: string): ((place: Place) => boolean) => {
    switch (name) {
      case '-size': {
        const text = argument(name);
        const [, sign = '', digits = '', unit = 'b'] = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(text) ?? [];
        if (digits === '') throw new FindError(`Invalid argument \`${text}' to -size`);
        const size =
          { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit || 'b'] ?? 512;
        return ({ stat }) => {
          const units = Math.ceil(stat.size / size);
          if (sign === '') return units === Number(digits);
          return sign === '+' ? units > Number(digits) : units < Number(digits);
        };
      }
      case '-mtime':
      case '-mmin': {
        const fits = number(name);
        const unit = name === '-mtime' ? DAY : MINUTE;
        return ({ stat }) => fits(Math.floor((sys.now - stat.modified) / unit));
      }
      case '-newer': {
        const path = argument(name);
        const stat = sys.files.stat(path);
        if (isErrno(stat)) throw new FindError(`‘${path}’: ${strerror(stat)}`);
        return (place) => place.stat.modified > stat.modified;
      }
      case '-user': {
        const user = argument(name);
        return ({ stat }) => stat.owner === user;
      }
      case '-perm': {
        const text = argument(name);
        const mode = Number.parseInt(text.replace(/^[-/]/, ''), 8);
        if (Number.isNaN(mode)) throw new FindError(`invalid mode ‘${text}’`);
        if (text.startsWith('-')) return ({ stat }) => (stat.mode & mode) === mode;
        if (text.startsWith('/')) return ({ stat }) => mode === 0 || (stat.mode & mode) !== 0;
        return ({ stat }) => (stat.mode & 0o7777) === mode;
      }
      default:
        throw new FindError(`unknown predicate \`${name}'`);
    }
  };
  const actionNamed = (name: string): Expression | undefined => {
    switch (name) {
      case '-print':
      case '-print0':
        return function* ({ path }) {
          yield* sys.write(1, path + (name === '-print' ? '\n' : '\0'));
          return true;
        };
      case '-delete':
        return function* ({ path }) {
          const failed = path === '.' ? undefined : sys.files.remove(path);
          if (failed) yield* sys.write(2, `find: cannot delete ‘${path}’: ${strerror(failed)}\n`);
          return !failed;
        };
      case '-quit':
        throw new FindError('-quit is not modelled here');
      case '-exec':
        return execution();
      default:
        return undefined;
    }
  };
  const execution = (): Expression => {
    const end = words.findIndex((word, index) => index >= at && (word === ';' || word === '+'));
    if (end < 0) throw new FindError("missing argument to `-exec'");
    const command = words.slice(at, end);
    at = end + 1;
    return function* ({ path }) {
      const pid = sys.spawn(command.map((word) => word.replaceAll('{}', path)));
      if (isErrno(pid)) {
        yield* sys.write(2, `find: ‘${command[0]}’: ${strerror(pid)}\n`);
        return false;
      }
      const status = yield* sys.wait(pid);
      return 'exited' in status && status.exited === 0;
    };
  };
  return {
    depths,
    read() {
      const expression = words.length > 0 ? either() : test(() => true);
      if (at < words.length) throw new FindError(`invalid expression; you have too many ')'`);
      return { expression, acts };
    },
  };
}
