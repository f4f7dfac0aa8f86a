import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { fdb } from './fdb.ts';
import { link } from './link.ts';
import { mdb } from './mdb.ts';
import { fail, notModelled, usage, type Options, type Result } from './result.ts';
import { vlan } from './vlan.ts';

/** iproute2 6.1.0 `bridge`. */
const bridge: ProgramCode = {
  *run(argv, sys): Process {
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default bridge;

const NONE: Options = {
  details: false,
  stats: false,
  json: false,
  pretty: false,
  oneline: false,
  compress: false,
  color: false,
};

/** Words that stand for a flag, by the least that is enough of each. */
const FLAGS: readonly (readonly [full: string, flag: keyof Options])[] = [
  ['stats', 'stats'],
  ['statistics', 'stats'],
  ['details', 'details'],
  ['oneline', 'oneline'],
  ['compressvlans', 'compress'],
  ['json', 'json'],
  ['pretty', 'pretty'],
];

const objects = { link, fdb, mdb, vlan } as const;

function execute(words: readonly string[], sys: Sys): Result {
  let options = NONE;
  let index = 0;
  for (; /^-/.test(words[index] ?? ''); index++) {
    const word = words[index] as string;
    const text = word.replace(/^--?/, '');
    const short = text === 'c' || text === 'co';
    const flag =
      text === '' || short ? undefined : FLAGS.find(([full]) => full.startsWith(text))?.[1];
    if (text !== '' && 'help'.startsWith(text)) return usage('bridge');
    if (text !== '' && 'Version'.startsWith(text)) {
      return { stdout: 'bridge utility, 6.1.0\n', exit: 0 };
    }
    if (/^(n|netns|b|batch|t|timestamp|f|force)$/.test(text)) return notModelled(word);
    if (flag !== undefined) options = { ...options, [flag]: true };
    else if (/^c(olor)?(=(always|auto|never))?$/.test(text)) {
      const always = !/=(auto|never)$/.test(text) || (/auto$/.test(text) && sys.isTerminal(1));
      options = { ...options, color: always };
    } else {
      return fail(`Option "${word}" is unknown, try "bridge help".`);
    }
  }
  const [object = '', command = 'show', ...rest] = words.slice(index);
  if (object === '') return usage('bridge');
  const found = (['link', 'fdb', 'mdb', 'vlan'] as const).find((name) => name.startsWith(object));
  if (found) return objects[found](command, rest, { sys, options });
  if ('monitor'.startsWith(object) || object === 'vni') return notModelled(object);
  if ('help'.startsWith(object)) return usage('bridge');
  return fail(`Object "${object}" is unknown, try "bridge help".`);
}
