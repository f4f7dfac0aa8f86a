import type { Call } from '../../host/syscalls.ts';
import { MILLISECOND } from '../../world/time.ts';
import type { Context } from './command.ts';
import { Failure, hasReason } from './failure.ts';
import { at, type Obj } from './object.ts';

const PERIOD = 200 * MILLISECOND;
/** How late the kubelet tells that a container runs: what ends sooner is only shown by its log. */
const RELIST = 400 * MILLISECOND;

/** How a container ended. */
export interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

/** The container that is attached to. */
export interface Attached {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether it gets kubectl's own input (`-i`). */
  readonly stdin: boolean;
  /** Whether what it wrote before is shown too. */
  readonly history: boolean;
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: { readonly running?: object; readonly terminated?: Ended };
}

/** Prints what a container writes until it ends; gives how, or undefined where another began. */
export function* follow(context: Context, which: Attached): Call<Ended | undefined> {
  const path = `/api/v1/namespaces/${which.namespace}/pods/${which.pod}`;
  let seen: number | undefined = which.history ? 0 : undefined;
  let attached = !which.stdin;
  let first: string | undefined;
  for (;;) {
    let pod: Obj;
    try {
      pod = yield* context.client().send<Obj>({ path });
      const query = { container: which.container, sinceLine: String(seen ?? 0) };
      const text = yield* context.client().send<string>({ path: `${path}/log`, query });
      if (seen !== undefined) yield* context.out(text);
      seen = (seen ?? 0) + text.split('\n').length - 1;
    } catch (caught) {
      if (hasReason(caught, 'NotFound')) return undefined;
      if (!(caught instanceof Failure) || !hasReason(caught, 'BadRequest')) throw caught;
      yield* context.sys.sleep(PERIOD);
      continue;
    }
    const { containerID, state } = statusOf(pod, which.container);
    if (state?.terminated) return state.terminated;
    // With another container the one that was attached to has ended.
    first ??= containerID;
    if (first !== containerID) return undefined;
    yield* context.sys.sleep(attached ? PERIOD : RELIST);
    if (!attached) {
      attached = true;
      yield* giveStreams(context, path, which);
    }
  }
}

/** The status of one container, of whichever kind it is. */
export function statusOf(pod: Obj, container: string): Partial<ContainerStatus> {
  const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
  const all = lists.flatMap((name) => (at(pod, `status.${name}`) ?? []) as ContainerStatus[]);
  return all.find(({ name }) => name === container) ?? {};
}

/** Gives kubectl's own streams to the container, where it still runs. */
function* giveStreams(context: Context, path: string, { container }: Attached): Call<void> {
  const { sys, flags } = context;
  let place: { readonly host: string; readonly sandbox: string };
  try {
    const request = { method: 'POST', path: `${path}/attach?container=${container}` } as const;
    place = yield* context.client().send(request);
  } catch (caught) {
    if (caught instanceof Failure) return;
    throw caught;
  }
  if (!flags.on('quiet')) yield* context.err(HINT);
  sys.attach(`${place.host}:${place.sandbox}`);
}

const HINT =
  'All commands and output from this session will be recorded in container logs, including ' +
  'credentials and sensitive information passed through the command prompt.\n' +
  "If you don't see a command prompt, try pressing enter.\n";

/** What is said when the session on a terminal is over and the container may come again. */
export function* sessionEnded(
  context: Context,
  { pod, container }: Attached,
  ephemeral: boolean,
): Call<void> {
  const again = `kubectl attach ${pod} -c ${container} -i -t`;
  const text = ephemeral
    ? 'Session ended, the ephemeral container will not be restarted but may be reattached using ' +
      `'${again}' if it is still running\n`
    : `Session ended, resume using '${again}' command when the pod is running\n`;
  yield* context.out(text);
}
