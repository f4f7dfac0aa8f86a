import { isErrno } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { fetchOne } from './builder.ts';
import type { Context } from './command.ts';
import { failed, hasReason } from './failure.ts';
import type { Obj } from './object.ts';
import { pathOf, type Mapping } from './rest-mapper.ts';

interface Watched {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
}

type Judge = (object: Obj | undefined) => boolean;

/**
 * Looks at an object until a condition says yes: now, and after each of its changes. `undefined` is
 * an object that is not there. Gives the last look, or 'timeout'.
 */
export function* until(
  context: Context,
  where: Watched,
  deadline: Micros,
  done: Judge,
): Call<{ readonly object: Obj | undefined } | 'timeout'> {
  return yield* untilEach(context, where, deadline, function* (object) {
    return done(object);
  });
}

/** The same with a condition that may print and ask. */
export function* untilEach(
  context: Context,
  where: Watched,
  deadline: Micros,
  done: (object: Obj | undefined) => Call<boolean>,
): Call<{ readonly object: Obj | undefined } | 'timeout'> {
  let object = yield* lookAt(context, where);
  if (yield* done(object)) return { object };
  const { mapping, namespace, name } = where;
  const fd = yield* context.client().watch({
    path: pathOf(mapping, namespace),
    query: {
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: object?.metadata?.resourceVersion,
    },
  });
  for (;;) {
    const left = deadline - context.sys.now;
    if (left <= 0) break;
    const event = yield* context.sys.nextEvent(fd, left);
    if (event === 'EAGAIN' || event === 'ETIMEDOUT') break;
    if (event === null || isErrno(event))
      throw failed('watch closed before UntilWithoutRetry timeout');
    if (event.type === 'BOOKMARK') continue;
    object = event.type === 'DELETED' ? undefined : (event.object as unknown as Obj);
    if (yield* done(object)) {
      context.sys.close(fd);
      return { object };
    }
  }
  context.sys.close(fd);
  return 'timeout';
}

function* lookAt(context: Context, { mapping, namespace, name }: Watched): Call<Obj | undefined> {
  try {
    return yield* fetchOne(context, mapping, namespace, name);
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) return undefined;
    throw caught;
  }
}
