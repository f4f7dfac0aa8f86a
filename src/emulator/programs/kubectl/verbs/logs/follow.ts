import type { Call } from '../../../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../../../world/time.ts';
import type { Context } from '../../command.ts';
import { Failure, hasReason } from '../../failure.ts';
import type { PodObject } from '../../pods.ts';

/** A container whose log is printed. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Time between two looks at a log that is followed. */
const PERIOD = 200 * MILLISECOND;

/** Prints logs; with `-f` goes on until all containers have ended. */
export function* follow(context: Context, sources: readonly LogSource[]): Call<void> {
  const { flags, sys } = context;
  const seen = new Map<LogSource, number>();
  for (const source of sources) {
    const text = yield* fetchLog(context, source, firstQuery(context));
    yield* print(context, source, text);
  }
  if (!flags.on('follow')) return;
  sys.setPace('stream');
  for (const source of sources) seen.set(source, lines(yield* fetchLog(context, source, {})));
  for (;;) {
    const live = yield* anyRunning(context, sources);
    for (const source of sources) {
      const from = seen.get(source) ?? 0;
      const text = yield* fetchLog(context, source, { sinceLine: String(from) });
      seen.set(source, from + lines(text));
      yield* print(context, source, text);
    }
    if (!live) return;
    yield* sys.sleep(PERIOD);
  }
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

function firstQuery({ flags }: Context): Record<string, string | undefined> {
  const since = flags.duration('since');
  const tail = flags.changed('tail')
    ? flags.number('tail')
    : flags.text('selector') !== ''
      ? 10
      : -1;
  return {
    tailLines: tail >= 0 ? String(tail) : undefined,
    sinceSeconds: since > 0 ? String(Math.ceil(since / SECOND)) : undefined,
    sinceTime: flags.text('since-time') || undefined,
    limitBytes: flags.number('limit-bytes') > 0 ? flags.text('limit-bytes') : undefined,
  };
}

function* fetchLog(
  context: Context,
  { namespace, pod, container }: LogSource,
  query: Record<string, string | undefined>,
): Call<string> {
  const { flags } = context;
  try {
    return yield* context.client().send<string>({
      path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
      query: {
        container,
        ...query,
        previous: flags.on('previous') ? 'true' : undefined,
        timestamps: flags.on('timestamps') ? 'true' : undefined,
      },
    });
  } catch (caught) {
    if (caught instanceof Failure && flags.on('ignore-errors')) return '';
    throw caught;
  }
}

function* print(context: Context, source: LogSource, text: string): Call<void> {
  const { flags } = context;
  if (!flags.on('prefix') && !flags.on('all-pods')) {
    yield* context.out(text);
    return;
  }
  const lead = `[pod/${source.pod}/${source.container}] `;
  yield* context.out(
    text.replaceAll(/^(?=[^\n]|\n)/gm, lead).replace(new RegExp(`\n${escape(lead)}$`), '\n'),
  );
}

function escape(text: string): string {
  return text.replaceAll(/[[\]/.\\^$*+?(){}|-]/g, '\\$&');
}

/** Whether a followed container may still write. */
function* anyRunning(context: Context, sources: readonly LogSource[]): Call<boolean> {
  for (const { namespace, pod, container } of sources) {
    try {
      const object = yield* context.client().send<PodObject>({
        path: `/api/v1/namespaces/${namespace}/pods/${pod}`,
      });
      const { containerStatuses = [], initContainerStatuses = [] } = object.status ?? {};
      const own = [...containerStatuses, ...initContainerStatuses].find(
        ({ name }) => name === container,
      );
      if (!own?.state?.terminated) return true;
    } catch (caught) {
      if (!hasReason(caught, 'NotFound')) throw caught;
    }
  }
  return false;
}
