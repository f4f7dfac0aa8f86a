import { byteLength } from '../../network/bytes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { matchesGlob } from './glob.ts';
import { info } from './info.ts';
import type { Keyspace } from './keyspace.ts';
import { nil, ok, type Reply } from './resp.ts';
import { unmodelled } from './unmodelled.ts';

/** What a command works on. */
export interface Server {
  readonly keys: Keyspace;
  readonly now: number;
  readonly started: number;
  readonly clients: number;
  readonly pid: number;
}

interface Command {
  /** Words with the name; negative: at least so many. */
  readonly arity: number;
  run(words: readonly string[], server: Server): Reply;
}

const bulk = (text: string | undefined): Reply => ({ bulk: text ?? null });
const integer = (value: number): Reply => ({ integer: value });
const error = (text: string): Reply => ({ error: `ERR ${text}` });
const NOT_INTEGER = error('value is not an integer or out of range');
const SYNTAX = error('syntax error');

const isInteger = (text: string) => /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(+text);

function add(key: string, by: number, { keys }: Server): Reply {
  const before = keys.get(key) ?? '0';
  if (!isInteger(before)) return NOT_INTEGER;
  const value = Number(before) + by;
  keys.set(key, String(value), keys.expires(key));
  return integer(value);
}

const by =
  (sign: 1 | -1): Command['run'] =>
  ([, key = '', amount = ''], server) =>
    isInteger(amount) ? add(key, sign * Number(amount), server) : NOT_INTEGER;

function set([, key = '', value = '', ...options]: readonly string[], server: Server): Reply {
  const { keys, now } = server;
  let expires: number | undefined;
  let [only, wantsOld] = ['', false];
  for (let i = 0; i < options.length; i++) {
    const word = (options[i] as string).toUpperCase();
    if (word === 'NX' || word === 'XX') only = word;
    else if (word === 'GET') wantsOld = true;
    else if (word === 'KEEPTTL') expires = keys.expires(key);
    else if (word === 'EX' || word === 'PX') {
      const time = options[++i];
      if (time === undefined) return SYNTAX;
      if (!isInteger(time)) return NOT_INTEGER;
      if (Number(time) <= 0) return error("invalid expire time in 'set' command");
      expires = now + Number(time) * (word === 'EX' ? SECOND : MILLISECOND);
    } else return SYNTAX;
  }
  const old = keys.get(key);
  const allowed = only === '' || (only === 'NX') === (old === undefined);
  if (allowed) keys.set(key, value, expires);
  if (wantsOld) return bulk(old);
  return allowed ? ok : nil;
}

const expire =
  (unit: number): Command['run'] =>
  ([, key = '', time = ''], { keys, now }) => {
    if (!isInteger(time)) return NOT_INTEGER;
    const value = keys.get(key);
    if (value === undefined) return integer(0);
    if (Number(time) <= 0) keys.remove(key);
    else keys.set(key, value, now + Number(time) * unit);
    return integer(1);
  };

const left =
  (unit: number): Command['run'] =>
  ([, key = ''], { keys, now }) => {
    if (keys.get(key) === undefined) return integer(-2);
    const expires = keys.expires(key);
    return integer(expires === undefined ? -1 : Math.round((expires - now) / unit));
  };

const remove: Command['run'] = ([, ...names], { keys }) =>
  integer(names.filter((key) => keys.remove(key)).length);

const flush: Command['run'] = (_words, { keys }) => {
  for (const key of keys.keys()) keys.remove(key);
  return ok;
};

function append([, key = '', text = '']: readonly string[], { keys }: Server): Reply {
  const value = (keys.get(key) ?? '') + text;
  keys.set(key, value, keys.expires(key));
  return integer(byteLength(value));
}

function setMany([, ...pairs]: readonly string[], { keys }: Server): Reply {
  if (pairs.length % 2 === 1) return error("wrong number of arguments for 'mset' command");
  for (let i = 0; i < pairs.length; i += 2) keys.set(pairs[i] as string, pairs[i + 1] as string);
  return ok;
}

const commands: Readonly<Record<string, Command>> = {
  append: { arity: 3, run: append },
  client: { arity: -2, run: ([, word = '']) => (/^set(name|info)$/i.test(word) ? ok : SYNTAX) },
  command: { arity: -1, run: () => ({ list: [] }) },
  dbsize: { arity: 1, run: (_words, { keys }) => integer(keys.keys().length) },
  decr: { arity: 2, run: ([, key = ''], server) => add(key, -1, server) },
  decrby: { arity: 3, run: by(-1) },
  del: { arity: -2, run: remove },
  echo: { arity: 2, run: ([, text]) => bulk(text) },
  exists: {
    arity: -2,
    run: ([, ...names], { keys }) =>
      integer(names.filter((key) => keys.get(key) !== undefined).length),
  },
  expire: { arity: -3, run: expire(SECOND) },
  flushall: { arity: -1, run: flush },
  flushdb: { arity: -1, run: flush },
  get: { arity: 2, run: ([, key = ''], { keys }) => bulk(keys.get(key)) },
  incr: { arity: 2, run: ([, key = ''], server) => add(key, 1, server) },
  incrby: { arity: 3, run: by(1) },
  info: { arity: -1, run: ([, ...sections], server) => bulk(info(sections, server)) },
  keys: {
    arity: 2,
    run: ([, pattern = ''], { keys }) => ({
      list: keys
        .keys()
        .filter((key) => matchesGlob(pattern, key))
        .map((key) => bulk(key)),
    }),
  },
  mget: {
    arity: -2,
    run: ([, ...names], { keys }) => ({ list: names.map((key) => bulk(keys.get(key))) }),
  },
  mset: { arity: -3, run: setMany },
  persist: {
    arity: 2,
    run([, key = ''], { keys }) {
      const value = keys.expires(key) === undefined ? undefined : keys.get(key);
      if (value !== undefined) keys.set(key, value);
      return integer(value === undefined ? 0 : 1);
    },
  },
  pexpire: { arity: -3, run: expire(MILLISECOND) },
  ping: { arity: -1, run: ([, text]) => (text === undefined ? { status: 'PONG' } : bulk(text)) },
  pttl: { arity: 2, run: left(MILLISECOND) },
  quit: { arity: -1, run: () => ok },
  select: {
    arity: 2,
    run: ([, index = '']) => (index === '0' ? ok : error('SELECT is not modelled here')),
  },
  set: { arity: -3, run: set },
  setnx: {
    arity: 3,
    run: ([, key = '', value = ''], server) =>
      integer('status' in set(['set', key, value, 'NX'], server) ? 1 : 0),
  },
  strlen: { arity: 2, run: ([, key = ''], { keys }) => integer(byteLength(keys.get(key) ?? '')) },
  ttl: { arity: 2, run: left(SECOND) },
  type: {
    arity: 2,
    run: ([, key = ''], { keys }) => ({
      status: keys.get(key) === undefined ? 'none' : 'string',
    }),
  },
  unlink: { arity: -2, run: remove },
};

/** Carries a command out; errors are Redis' own. */
export function execute(words: readonly string[], server: Server): Reply {
  const [given = '', ...rest] = words;
  const name = given.toLowerCase();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    if (unmodelled.has(name)) return error(`'${name}' is not modelled here`);
    const shown = rest.map((word) => `'${word.slice(0, 128)}' `).join('');
    return error(`unknown command '${given.slice(0, 128)}', with args beginning with: ${shown}`);
  }
  const { arity } = command;
  const fits = arity > 0 ? words.length === arity : words.length >= -arity;
  const most = name === 'ping' ? 2 : Infinity;
  if (!fits || words.length > most) return error(`wrong number of arguments for '${name}' command`);
  return command.run(words, server);
}
