import { goDuration } from '../../../../apimachinery/duration.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Micros } from '../../../../world/json.ts';
import { SECOND } from '../../../../world/time.ts';
import type { Context } from '../../command.ts';
import { Failure, hasReason, problemOf, textOf } from '../../failure.ts';
import type { Obj } from '../../object.ts';

/** Time between attempts where a disruption budget refuses. */
const RETRY = 5 * SECOND;
/** Time between looks at pods that are to go. */
const POLL = 1 * SECOND;

interface Leaving {
  readonly pod: Obj;
  /** When it is to be asked to go; undefined once it was. */
  ask?: Micros | undefined;
}

/**
 * Evicts or deletes pods and waits until they are gone, each at its own pace as the real one's
 * goroutines do; gives the reasons of those that could not.
 */
export function* removeAll(
  context: Context,
  pods: readonly Obj[],
  dry: boolean,
): Call<readonly string[] | undefined> {
  const { flags, sys } = context;
  const timeout = flags.duration('timeout');
  const deadline = timeout > 0 ? sys.now + timeout : Infinity;
  const over = `global timeout reached: ${goDuration(timeout)}`;
  let leaving: Leaving[] = pods.map((pod) => ({ pod, ask: sys.now }));
  const reasons: string[] = [];
  while (leaving.length > 0) {
    const staying: Leaving[] = [];
    const asked = leaving.filter(({ ask }) => ask !== undefined && ask <= sys.now);
    for (const { pod } of asked) yield* announce(context, pod, dry);
    for (const each of leaving) {
      const why = asked.includes(each)
        ? sys.now > deadline
          ? failure(context, each.pod, over)
          : yield* request(context, each, dry)
        : undefined;
      if (why === 'gone') continue;
      if (why !== undefined) reasons.push(why);
      else if (each.ask === undefined && (yield* isGone(context, each.pod))) continue;
      else if (each.ask === undefined && sys.now > deadline) {
        const { name = '', namespace = '' } = each.pod.metadata ?? {};
        const what = `error when waiting for pod "${name}" in namespace "${namespace}"`;
        reasons.push(`${what} to terminate: ${over}`);
      } else staying.push(each);
    }
    leaving = staying;
    if (leaving.length > 0) yield* sys.sleep(POLL);
  }
  return reasons.length > 0 ? reasons : undefined;
}

function* announce({ flags, out }: Context, pod: Obj, dry: boolean): Call<void> {
  const { name, namespace } = pod.metadata ?? {};
  const verb = flags.on('disable-eviction') ? 'deleting' : 'evicting';
  yield* out(`${verb} pod ${namespace}/${name}${dry ? ' (server dry run)' : ''}\n`);
}

function failure({ flags }: Context, pod: Obj, why: string): string {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const doing = flags.on('disable-eviction') ? 'deleting' : 'evicting';
  return `error when ${doing} pods/"${name}" -n "${namespace}": ${why}`;
}

/** Asks for a pod to go: a reason where that cannot be, `gone` where there is nothing to await. */
function* request(context: Context, leaving: Leaving, dry: boolean): Call<string | undefined> {
  const { pod } = leaving;
  const { name = '', namespace = '' } = pod.metadata ?? {};
  try {
    yield* send(context, pod, dry);
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    if (hasReason(caught, 'NotFound')) return 'gone';
    const why = textOf(problemOf(caught));
    if (!hasReason(caught, 'TooManyRequests')) return failure(context, pod, why);
    const what = `error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s)`;
    yield* context.err(`${what}: ${why}\n`);
    leaving.ask = context.sys.now + RETRY;
    return undefined;
  }
  leaving.ask = undefined;
  return dry ? 'gone' : undefined;
}

function* send(context: Context, pod: Obj, dry: boolean): Call<void> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const grace = context.flags.number('grace-period');
  const deleteOptions = {
    ...(grace >= 0 && { gracePeriodSeconds: grace }),
    ...(dry && { dryRun: ['All'] }),
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  if (context.flags.on('disable-eviction')) {
    yield* context.client().send({ method: 'DELETE', path, body: deleteOptions });
    return;
  }
  const metadata = { name, namespace };
  const body = { kind: 'Eviction', apiVersion: 'policy/v1', metadata, deleteOptions };
  yield* context.client().send({ method: 'POST', path: `${path}/eviction`, body });
}

function* isGone(context: Context, pod: Obj): Call<boolean> {
  const { name = '', namespace = '', uid } = pod.metadata ?? {};
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const found = yield* context.client().send<Obj>({ path });
    if (found.metadata?.uid === uid) return false;
  } catch (caught) {
    if (!hasReason(caught, 'NotFound')) throw caught;
  }
  const verb = context.flags.on('disable-eviction') ? 'deleted' : 'evicted';
  yield* context.out(`pod/${name} ${verb}\n`);
  return true;
}
