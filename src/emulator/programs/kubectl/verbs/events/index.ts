import { goSort } from '../../../../apimachinery/go-sort.ts';
import { humanDuration } from '../../../../apimachinery/duration.ts';
import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Micros } from '../../../../world/json.ts';
import { parseRfc3339 } from '../../../../world/time.ts';
import { tupleOf } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed, problemOf, textOf } from '../../failure.ts';
import { namespacesFlag, printFlags } from '../../flag-sets.ts';
import { itemsOf, type Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import { alignTable } from '../../printers/table.ts';
import type { Mapping, RestMapper } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'events',
  use:
    'events ' +
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|' +
    'jsonpath|jsonpath-as-json|jsonpath-file] ' +
    '[--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  short: 'List events',
  examples: [['Events about a pod', 'kubectl events --for pod/web']],
  flags:
    `${namespacesFlag} ${printFlags} chunk-size=500 for='' ` +
    'no-headers=false types=[] -w|watch=false',
  run,
});

interface EventObject extends Obj {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count: number; lastObservedTime: string } | null;
  involvedObject?: { kind?: string; name?: string };
}

function* run(context: Context): Call<void> {
  const { flags } = context;
  const types = flags.list('types').map((type) => type.toLowerCase());
  for (const type of types) {
    if (type !== 'normal' && type !== 'warning')
      throw failed('valid --types are Normal or Warning');
  }
  const all = flags.on('all-namespaces');
  const namespace = context.namespace().name;
  const path = all ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  const query = { fieldSelector: yield* about(context) };
  const list = yield* context.client().send<Obj>({ path, query: { ...query, limit: '500' } });
  const found = itemsOf(list).filter((event) => isOf(event, types)) as EventObject[];
  const events = goSort(found, (a, b) => moment(a) < moment(b));
  const printer = printerFor(context);
  if (events.length === 0 && !flags.on('watch')) {
    yield* context.err(all ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    return;
  }
  if (printer) {
    const list = { kind: 'EventList', apiVersion: 'v1', metadata: {}, items: events };
    // The printer of names takes no typed lists, and its error is dropped.
    if (flags.text('output') !== 'name') yield* printer.print(list, { typed: true });
  } else yield* context.out(alignTable(table(context, events, !flags.on('no-headers'))));
  if (!flags.on('watch')) return;
  context.sys.setPace('stream');
  const resourceVersion = list.metadata?.resourceVersion;
  const fd = yield* context.client().watch({ path, query: { ...query, resourceVersion } });
  for (;;) {
    const event = yield* context.sys.nextEvent(fd);
    if (event === null || isErrno(event)) return;
    const object = event.object as unknown as EventObject;
    if (event.type !== 'DELETED' && event.type !== 'BOOKMARK' && isOf(object, types)) {
      yield* context.out(alignTable(table(context, [object], false)));
    }
  }
}

/** The field selector of `--for`. */
function* about(context: Context): Call<string> {
  const wanted = context.flags.text('for');
  if (wanted === '') return '';
  if (!wanted.includes('/')) throw failed('--for must be in resource/name form');
  const [type, name] = tupleOf(wanted);
  const mapper = yield* context.mapper();
  const { kind, group, version } = yield* typeOf(mapper, type);
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return [`apiVersion=${apiVersion}`, `kind=${kind}`, `name=${name}`]
    .map((pair) => `involvedObject.${pair}`)
    .join(',');
}

/** A type that there is not is told without `error:` in front. */
function* typeOf(mapper: RestMapper, type: string): Call<Mapping> {
  try {
    return yield* mapper.forArgument(type);
  } catch (caught) {
    throw exit(1, textOf(problemOf(caught)));
  }
}

function isOf(event: Obj, types: readonly string[]): boolean {
  return types.length === 0 || types.includes(String(event['type'] ?? '').toLowerCase());
}

function moment({ series, lastTimestamp, firstTimestamp, eventTime }: EventObject): Micros {
  const time = series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime;
  return parseRfc3339(time ?? '') ?? 0;
}

function table(context: Context, events: readonly EventObject[], headers: boolean): string[] {
  const all = context.flags.on('all-namespaces');
  const head = [...(all ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const rows = events.map((event) =>
    [
      ...(all ? [event.metadata?.namespace ?? ''] : []),
      lastSeen(event, context.sys.now),
      event.type ?? '',
      event.reason ?? '',
      `${event.involvedObject?.kind}/${event.involvedObject?.name}`,
      (event.message ?? '').trim(),
    ].join('\t'),
  );
  return headers ? [head.join('\t'), ...rows] : rows;
}

function lastSeen(event: EventObject, now: Micros): string {
  const age = (time: string | null | undefined) => {
    const at = parseRfc3339(time ?? '');
    return at === undefined ? '<unknown>' : humanDuration(now - at);
  };
  const first = event.firstTimestamp ?? event.eventTime;
  const { series, count = 0 } = event;
  if (series) return `${age(series.lastObservedTime)} (x${series.count} over ${age(first)})`;
  if (count > 1) return `${age(event.lastTimestamp)} (x${count} over ${age(first)})`;
  return age(first);
}
