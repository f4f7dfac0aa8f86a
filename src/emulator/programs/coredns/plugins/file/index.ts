import { isErrno } from '../../../../host/errno.ts';
import type { Json } from '../../../../world/json.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { parseDuration } from '../../go.ts';
import type { Context, DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { isInZone, matchZone, originsOf } from '../../zones.ts';
import { lookup } from './lookup.ts';
import { parseZone, serialOf, type Zone } from './zone.ts';

interface Stanza {
  readonly [name: string]: Json;
  readonly path: string;
  readonly zones: readonly string[];
  /** Microseconds; 0: never. */
  readonly reload: number;
}

interface Config {
  readonly [name: string]: Json;
  readonly stanzas: readonly Stanza[];
  readonly fall: readonly string[] | null;
}

/** What was read of a file, and when it was looked at last. */
interface Loaded {
  readonly [name: string]: Json;
  readonly text: string;
  readonly at: number;
}

const MINUTE = 60_000_000;

/** file: answers from zone files. */
const plugin: DnsPlugin<Config> = {
  name: 'file',
  setup: readFile,
  *serve({ stanzas, fall }, query, next, context) {
    const name = nameOf(query);
    const origin = matchZone(
      stanzas.flatMap(({ zones }) => zones),
      name,
    );
    const stanza = stanzas.findLast(({ zones }) => origin !== undefined && zones.includes(origin));
    if (origin === undefined || !stanza) return yield* next(query);
    const zone = load(stanza, origin, context);
    if (!zone) return { rcode: 'SERVFAIL' };
    const { type, name: asked } = query.request.question;
    const found = yield* lookup(zone, name, type, (target, wanted) =>
      context.lookup(query, target, wanted),
    );
    const { rcode, answers, authority, additional, delegated } = found;
    const falls = fall?.some((each) => isInZone(each, name)) ?? false;
    if (rcode === 'NXDOMAIN' && answers.length === 0 && falls) return yield* next(query);
    if (rcode === 'SERVFAIL' && answers.length === 0) return { rcode };
    const spelt = answers.map((each) => (each.name === name ? { ...each, name: asked } : each));
    const message = reply(query.request, {
      rcode,
      ...(!delegated && { authoritative: true }),
      answers: spelt,
      authority,
      additional,
    });
    return { rcode: 'NOERROR', message };
  },
};

export default plugin;

/** The zone as it was read last; a changed file counts only with another serial number. */
function load(stanza: Stanza, origin: string, context: Context): Zone | undefined {
  const { path, reload } = stanza;
  const key = `file/${context.server.block}/${path}`;
  const kept = context.memory<Loaded>(key);
  const old = kept && parsed(kept.text, path, origin);
  const due = !kept || (reload > 0 && context.now - kept.at >= reload);
  if (!due) return old;
  const read = context.files?.read(path) ?? 'ENOENT';
  if (isErrno(read)) return old;
  const fresh = parsed(read.text, path, origin);
  const taken = fresh && (!old || serialOf(fresh) !== serialOf(old));
  const text = taken ? read.text : (kept?.text ?? read.text);
  context.remember(key, { text, at: context.now });
  return taken ? fresh : old;
}

function parsed(text: string, path: string, origin: string): Zone | undefined {
  const zone = parseZone(text, path, origin);
  return isError(zone) ? undefined : zone;
}

function readFile(c: Controller): Config | ConfigError {
  const stanzas: Stanza[] = [];
  let fall: readonly string[] | null = null;
  while (c.next()) {
    if (!c.nextArg()) return c.argErr();
    const path = c.val();
    const zones = originsOf(c.remainingArgs(), c.keys);
    const read = c.files?.read(path) ?? 'ENOENT';
    for (const origin of isErrno(read) ? [] : zones) {
      const zone = isErrno(read) ? undefined : parseZone(read.text, path, origin);
      if (zone && isError(zone)) return zone;
    }
    let reload = MINUTE;
    while (c.nextBlock()) {
      const word = c.val();
      const rest = c.remainingArgs();
      if (word === 'fallthrough') fall = rest.length === 0 ? ['.'] : originsOf(rest, []);
      else if (word === 'reload') {
        if (rest[0] === undefined) return { error: 'reload duration value is expected' };
        const duration = parseDuration(rest[0]);
        if (isError(duration)) return duration;
        reload = duration;
      } else if (word !== 'upstream') return c.err(`unknown property '${word}'`);
    }
    if (isErrno(read)) {
      const why = `open ${path}: no such file or directory`;
      if (reload === 0) return { error: why };
      const every = reload === MINUTE ? '1m0s' : `${reload / 1_000_000}s`;
      c.warn(
        `[WARNING] plugin/file: Failed to open ${JSON.stringify(why)}: trying again in ${every}`,
      );
    }
    stanzas.push({ path, zones, reload });
  }
  return { stanzas, fall };
}
