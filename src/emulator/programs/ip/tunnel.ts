import type { LinkInfo } from '../../network/api.ts';
import { help } from './help.ts';
import {
  abbreviated,
  denied,
  fail,
  incomplete,
  isAddress,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const commands = ['add', 'change', 'delete', 'show', 'list', 'lst', 'prl', '6rd', 'help'];

/** `ip tunnel`: devices that put packets into IP packets (mode ipip). */
export function tunnel(words: readonly string[], context: IpContext): IpResult {
  const [first = 'show', ...rest] = words;
  const command = abbreviated(first, commands);
  if (command === undefined) {
    return fail(`Command "${first}" is unknown, try "ip tunnel help".`, 255);
  }
  if (command === 'help') return help('tunnel');
  if (command === 'show' || command === 'list' || command === 'lst') return show(rest, context);
  if (command === 'prl' || command === '6rd') return notModelled(`tunnel ${command}`);
  if (!context.root) return denied;
  return change(command, readWords(rest), context);
}

interface Wanted {
  name?: string;
  mode?: string;
  remote?: string;
  local?: string;
  ttl?: string;
}

function readWanted(words: Words): Wanted | IpResult {
  const wanted: Wanted = {};
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'mode') wanted.mode = words.value();
    else if (word === 'remote' || word === 'local') {
      const text = words.value();
      if (text !== 'any' && !isAddress(text) && !words.missing) {
        return fail(`Error: an IP address is expected rather than "${text}"`, 1);
      }
      wanted[word] = text;
    } else if (word === 'ttl' || word === 'hoplimit') wanted.ttl = words.value();
    else if (word === 'dev' || word === 'tos' || word === 'key')
      return notModelled(`tunnel ${word}`);
    else if (word !== 'nopmtudisc') wanted.name = word === 'name' ? words.value() : word;
    if (words.missing) return incomplete;
  }
  return wanted;
}

function change(command: string, words: Words, { network }: IpContext): IpResult {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { name = '', mode = 'ipip', remote, local, ttl } = wanted;
  if (command === 'delete') {
    const errno = network.removeLink(name);
    if (errno === undefined) return ok();
    return fail(`delete tunnel "${name}" failed: No such device`, 1);
  }
  if (mode !== 'ipip' && mode !== 'ip/ip') return notModelled(`tunnel mode ${mode}`);
  const options = {
    ...(remote === undefined || remote === 'any' ? {} : { remote }),
    ...(local === undefined || local === 'any' ? {} : { local }),
    ...(ttl === undefined || ttl === 'inherit' ? {} : { ttl: Number(ttl) }),
  };
  if (command === 'change') {
    const errno = network.setLink(name, { options });
    return errno === undefined ? ok() : fail(`change tunnel "${name}" failed: No such device`, 1);
  }
  const errno = network.addLink({ name, kind: 'ipip', options });
  return errno === undefined
    ? ok()
    : fail(
        `add tunnel "tunl0" failed: ${errno === 'EEXIST' ? 'File exists' : 'No such device'}`,
        1,
      );
}

function show(words: readonly string[], { network }: IpContext): IpResult {
  const only = words[0] === 'dev' || words[0] === 'name' ? words[1] : words[0];
  const found = network
    .links()
    .filter(({ kind, name }) => kind === 'ipip' && (only === undefined || name === only));
  if (only !== undefined && found.length === 0) {
    return fail(`get tunnel "${only}" failed: No such device`, 1);
  }
  return ok(found.map(text).join(''));
}

function text({ name, options }: LinkInfo): string {
  const field = (key: string, other: string) => String(options?.[key] ?? other);
  return (
    `${name}: ip/ip remote ${field('remote', 'any')} local ${field('local', 'any')} ` +
    `ttl ${field('ttl', 'inherit')} nopmtudisc\n`
  );
}
