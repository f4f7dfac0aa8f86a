import type { Call } from '../../host/syscalls.ts';
import { MILLISECOND } from '../../world/time.ts';
import type { Context } from './command.ts';
import { Failure, hasReason } from './failure.ts';
import { at, type Obj } from './object.ts';

const PERIOD = 200 * MILLISECOND;
/** How late the kubelet tells that a container runs: what ends sooner is only shown by its log. */
const RELIST = 400 * MILLISECOND;

/** Which container, and whether what it wrote before is shown as well. */
export interface Attachment {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly from: 'start' | 'now';
}

/** How a container ended. */
export interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

/**
 * Shows what a container writes until it ends; gives how it ended, undefined where its pod is gone
 * or another container took its place. With `-i` it has kubectl's own input, with `-t` the
 * terminal.
 */
export function* attachTo(context: Context, where: Attachment): Call<Ended | undefined> {
  const { namespace, pod, container } = where;
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}`;
  let seen: number | undefined = where.from === 'start' ? 0 : undefined;
  let attached = !context.flags.on('stdin');
  let first: string | undefined;
  for (;;) {
    let object: Obj;
    try {
      object = yield* context.client().send<Obj>({ path });
      const query = { container, sinceLine: String(seen ?? 0) };
      const text = yield* context.client().send<string>({ path: `${path}/log`, query });
      if (seen !== undefined) yield* context.out(text);
      seen = (seen ?? 0) + text.split('\n').length - 1;
    } catch (caught) {
      if (hasReason(caught, 'NotFound')) return undefined;
      if (!(caught instanceof Failure) || !hasReason(caught, 'BadRequest')) throw caught;
      yield* context.sys.sleep(PERIOD);
      continue;
    }
    const { containerID, state } = statusOf(object, container);
    first ??= containerID;
    if (state?.terminated || first !== containerID) {
      yield* sessionEnded(context, object, container);
      // With another container the one that was attached to has ended.
      return first === containerID ? state?.terminated : undefined;
    }
    yield* context.sys.sleep(attached ? PERIOD : RELIST);
    if (!attached) {
      attached = true;
      yield* giveStreams(context, path, container);
    }
  }
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: { readonly terminated?: Ended };
}

function statusOf(pod: Obj, container: string): Partial<ContainerStatus> {
  const lists = ['containerStatuses', 'ephemeralContainerStatuses', 'initContainerStatuses'];
  const all = lists.flatMap((list) => (at(pod, `status.${list}`) ?? []) as ContainerStatus[]);
  return all.find(({ name }) => name === container) ?? {};
}

/** Gives kubectl's own streams to the container, where it still runs. */
function* giveStreams(context: Context, path: string, container: string): Call<void> {
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

/** What a terminal is told that may come back (`reattachMessage`). */
function* sessionEnded(context: Context, pod: Obj, container: string): Call<void> {
  const { flags, sys } = context;
  const terminal = flags.on('stdin') && flags.on('tty') && sys.isTerminal(0);
  if (flags.on('quiet') || !terminal || at(pod, 'spec.restartPolicy') !== 'Always') return;
  const again = `'kubectl attach ${pod.metadata?.name ?? ''} -c ${container} -i -t'`;
  const ephemeral = (at(pod, 'spec.ephemeralContainers') ?? []) as { readonly name: string }[];
  const text = ephemeral.some(({ name }) => name === container)
    ? 'the ephemeral container will not be restarted but may be reattached using ' +
      `${again} if it is still running`
    : `resume using ${again} command when the pod is running`;
  yield* context.out(`Session ended, ${text}\n`);
}
