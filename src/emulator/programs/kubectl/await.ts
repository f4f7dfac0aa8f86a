import { goDuration } from '../../apimachinery/duration.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, Fd } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { fetchOne } from './builder.ts';
import type { Context } from './command.ts';
import { failed, hasReason } from './failure.ts';
import { verbose } from './klog.ts';
import type { Obj } from './object.ts';
import { pathOf, type Mapping } from './rest-mapper.ts';

interface Watched {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
}

type Judge = (object: Obj | undefined) => boolean;
type Outcome = { readonly object: Obj | undefined } | 'timeout';

/** Whether an object is asked for before it is watched, or is known to have been there. */
export interface Looking {
  readonly first: boolean;
}

/**
 * Looks at an object until a condition says yes: now, and after each of its changes. `undefined` is
 * an object that is not there. Gives the last look, or 'timeout'.
 */
export function* until(
  context: Context,
  where: Watched,
  deadline: Micros,
  done: Judge,
  looking: Looking = { first: true },
): Call<Outcome> {
  const judge = function* (object: Obj | undefined) {
    return done(object);
  };
  return yield* untilEach(context, where, deadline, judge, looking);
}

/** The same with a condition that may print and ask. */
export function* untilEach(
  context: Context,
  where: Watched,
  deadline: Micros,
  done: (object: Obj | undefined) => Call<boolean>,
  looking: Looking = { first: true },
): Call<Outcome> {
  if (looking.first) {
    const object = yield* lookAt(context, where);
    if (yield* done(object)) return { object };
  }
  yield* reflect(context, 367, 'Starting reflector', ' type resyncPeriod="0s" reflector');
  yield* reflect(context, 411, 'Listing and watching', ' type reflector');
  const start = context.sys.now;
  const fd = yield* startWatch(context, where);
  let object: Obj | undefined;
  // The bookmark behind the objects counts as well.
  let items = 1;
  for (;;) {
    const left = deadline - context.sys.now;
    if (left <= 0) break;
    const event = yield* context.sys.nextEvent(fd, left);
    if (event === 'EAGAIN' || event === 'ETIMEDOUT') break;
    if (event === null || isErrno(event))
      throw failed('watch closed before UntilWithoutRetry timeout');
    if (event.type === 'BOOKMARK') {
      // All that is there has been told: what was not among it is not there.
      if (object || !isEndOfInitial(event.object as unknown as Obj)) continue;
    } else {
      items += 1;
      object = event.type === 'DELETED' ? undefined : (event.object as unknown as Obj);
    }
    if (yield* done(object)) {
      yield* tellEnd(context, items, context.sys.now - start);
      context.sys.close(fd);
      return { object };
    }
  }
  context.sys.close(fd);
  return 'timeout';
}

const REFLECTOR = 'reflector="k8s.io/client-go/tools/watch/informerwatcher.go:162"';

/** A line of a reflector's log; `type` and `reflector` in it stand for what it always says. */
function* reflect(context: Context, line: number, what: string, rest: string): Call<void> {
  const fields = rest
    .replace(/ type\b/, ' type="*unstructured.Unstructured"')
    .replace(/ reflector\b/, ` ${REFLECTOR}`);
  yield* verbose(context, 3, `reflector.go:${line}`, `"${what}"${fields}`);
}

function* tellEnd(context: Context, items: number, taken: Micros): Call<void> {
  const end = 'Exiting watch because received the bookmark that marks the end of initial events';
  const rest = ` reflector totalItems=${items} duration="${goDuration(taken)}"`;
  yield* reflect(context, 978, `${end} stream`, rest);
  yield* reflect(context, 446, 'Caches populated', ' type reflector');
  yield* reflect(context, 373, 'Stopping reflector', ' type resyncPeriod="0s" reflector');
}

/** A watch of one object that begins with what there is, as client-go's reflectors start one. */
function* startWatch(context: Context, { mapping, namespace, name }: Watched): Call<Fd> {
  // Reflectors end their watches after five to ten minutes and begin anew.
  const timeout = 300 + (Math.floor(context.sys.now / 1_000) % 300);
  return yield* context.client().watch({
    path: pathOf(mapping, namespace),
    query: {
      allowWatchBookmarks: 'true',
      fieldSelector: `metadata.name=${name}`,
      resourceVersionMatch: 'NotOlderThan',
      sendInitialEvents: 'true',
      timeoutSeconds: String(timeout),
    },
  });
}

function isEndOfInitial({ metadata }: Obj): boolean {
  return metadata?.annotations?.['k8s.io/initial-events-end'] === 'true';
}

function* lookAt(context: Context, { mapping, namespace, name }: Watched): Call<Obj | undefined> {
  try {
    return yield* fetchOne(context, mapping, namespace, name);
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) return undefined;
    throw caught;
  }
}
