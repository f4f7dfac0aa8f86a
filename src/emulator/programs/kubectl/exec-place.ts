import type { Call } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { exit, failed, Failure, problemOf } from './failure.ts';
import { verbose } from './klog.ts';
import type { PodObject } from './pods.ts';

/** Numbers of signals. */
export const signalCodes: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  PIPE: 13,
  TERM: 15,
};

/** Where a container's processes are. */
export interface Place {
  readonly host: string;
  readonly sandbox: string;
}

/** Asks the API server, and through it the kubelet, where the container runs. */
export function* placeOf(
  context: Context,
  pod: PodObject,
  container: string,
  command: readonly string[],
): Call<Place> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const words = command.map((word) => `command=${encodeURIComponent(word)}`).join('&');
  const root = `/api/v1/namespaces/${namespace}/pods/${name}/exec`;
  const path = `${root}?container=${container}&${words}`;
  const streams = streamsOf(context);
  const url = `${root}?${words}&container=${container}&stderr=true${streams}`;
  const shown = { method: 'GET', url, status: 101 } as const;
  try {
    const place = yield* context.client().send<Place>({ method: 'POST', path, shown });
    yield* verbose(context, 4, 'websocket.go:133', 'The subprotocol is v5.channel.k8s.io');
    const text = 'Websocket initial read deadline: 1m1s';
    yield* verbose(context, 4, 'websocket.go:265', text);
    return place;
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    throw dialing(problemOf(caught)) ?? caught;
  }
}

/** The streams that are asked for; with a terminal there is no stderr of its own. */
function streamsOf({ flags }: Context): string {
  const stdin = flags.has('stdin') && flags.on('stdin') ? '&stdin=true' : '';
  return `${stdin}&stdout=true`;
}

/** What is said where the kubelet is not reached, or does not know the container. */
function dialing(problem: ReturnType<typeof problemOf>): Failure | undefined {
  if (problem.type !== 'status') return undefined;
  const { message = '' } = problem.status;
  const dial = /dial tcp .*$/.exec(message);
  if (dial) return exit(1, `Error from server: error dialing backend: ${dial[0]}\n`);
  if (/unable to upgrade connection/.test(message)) {
    const text = message.replace(/^Internal error occurred: /, '');
    return failed(`Internal error occurred: ${text}`);
  }
  return undefined;
}

/** The container runtime's words for a program that is not there. */
export function notStarted(
  context: Context,
  program: string,
  errno: string,
  sandbox: string,
): Failure {
  const id = context.sys.chance.hex(`exec ${sandbox} ${context.sys.now}`, 64);
  const why =
    errno === 'EACCES'
      ? `exec: "${program}": permission denied`
      : program.includes('/')
        ? `exec: "${program}": stat ${program}: no such file or directory`
        : `exec: "${program}": executable file not found in $PATH`;
  return failed(
    'Internal error occurred: Internal error occurred: error executing command in container: ' +
      (`failed to exec in container: failed to start exec "${id}": OCI ` +
        'runtime exec failed: exec failed: ') +
      `unable to start container process: ${why}`,
  );
}
