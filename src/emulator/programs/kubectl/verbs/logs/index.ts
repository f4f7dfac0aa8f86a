import type { Call } from '../../../../host/syscalls.ts';
import { parseRfc3339 } from '../../../../world/time.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { failed, Failure, problemOf } from '../../failure.ts';
import { selectorFlag } from '../../flag-sets.ts';
import { itemsOf, type Obj } from '../../object.ts';
import { containersOf, defaultContainer, podsOf, type PodObject } from '../../pods.ts';
import { follow, type LogSource } from './follow.ts';

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or " +
  'TYPE/NAME is a required argument for the logs command';

export default defineCommand({
  name: 'logs',
  use: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  short: 'Print the logs for a container in a pod',
  examples: [
    ['The log of a pod', 'kubectl logs web'],
    ['New lines as they come', 'kubectl logs -f deployment/web'],
    ['Before the last restart', 'kubectl logs -p web'],
  ],
  flags: `all-containers=false all-pods=false -c|container='' -f|follow=false
    ignore-errors=false insecure-skip-tls-verify-backend=false limit-bytes=0
    max-log-requests=5 pod-running-timeout=20s prefix=false -p|previous=false ${selectorFlag}
    since=0s since-time='' tail=-1 timestamps=false`,
  run,
  complete: completePods,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const selector = flags.text('selector');
  if (args.length === 0 && selector === '') throw failed(usageText(context, USAGE));
  if (args.length > 0 && selector !== '') {
    throw failed(usageText(context, 'only a selector (-l) or a POD name is allowed'));
  }
  if (args.length > 2) throw failed(usageText(context, USAGE));
  check(context);
  const container = flags.text('container') || (args[1] ?? '');
  const pods = yield* wanted(context, selector, args[0] ?? '');
  const sources: LogSource[] = [];
  for (const pod of pods) sources.push(...(yield* sourcesOf(context, pod, container)));
  const limit = flags.number('max-log-requests');
  if (flags.on('follow') && sources.length > limit) {
    throw failed(
      `you are attempting to follow ${sources.length} log streams, but ` +
        `maximum allowed concurrency is ${limit}, use --max-log-requests to ` +
        'increase the limit',
    );
  }
  yield* follow(context, sources);
}

function check({ flags }: Context): void {
  if (flags.text('since-time') !== '' && flags.duration('since') !== 0) {
    throw failed('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.on('all-containers') && flags.text('container') !== '') {
    throw failed(
      '--all-containers=true should not be specified with container name "' +
        flags.text('container') +
        '"',
    );
  }
  if (flags.number('tail') < -1) throw failed('--tail must be greater than or equal to -1');
  if (flags.duration('since') < 0) throw failed('--since must be greater than 0');
  if (flags.number('limit-bytes') < 0) throw failed('--limit-bytes must be greater than 0');
  if (flags.duration('pod-running-timeout') <= 0) {
    throw failed('--pod-running-timeout must be higher than zero');
  }
  const time = flags.text('since-time');
  if (time !== '' && parseRfc3339(time) === undefined) {
    const layout = '2006-01-02T15:04:05Z07:00';
    const shown = JSON.stringify(time);
    throw failed(`parsing time ${shown} as "${layout}": cannot parse ${shown} as "2006"`);
  }
}

function* wanted(context: Context, selector: string, argument: string): Call<readonly PodObject[]> {
  const namespace = context.namespace().name;
  if (selector !== '') {
    const list = yield* context.client().send<Obj>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: selector },
    });
    const pods = itemsOf(list) as PodObject[];
    if (pods.length === 0) yield* context.err(`No resources found in ${namespace} namespace.\n`);
    return pods;
  }
  let pods: readonly PodObject[];
  try {
    pods = yield* podsOf(context, argument, 'get the logs from');
  } catch (caught) {
    throw renamed(caught, namespace);
  }
  if (pods.length === 0) throw failed('timed out waiting for the condition');
  if (pods.length === 1 || context.flags.on('all-pods')) return pods;
  const first = pods[0] as PodObject;
  yield* context.err(`Found ${pods.length} pods, using pod/${first.metadata?.name}\n`);
  return [first];
}

/** `logs` words what is missing in its own way. */
function renamed(caught: unknown, namespace: string): unknown {
  if (!(caught instanceof Failure)) return caught;
  const problem = problemOf(caught);
  if (problem.type !== 'status' || problem.status.reason !== 'NotFound') return caught;
  const where = `${problem.status.message ?? ''} in namespace "${namespace}"`;
  return failed(`error from server (NotFound): ${where}`);
}

function* sourcesOf(
  context: Context,
  pod: PodObject,
  container: string,
): Call<readonly LogSource[]> {
  const { flags } = context;
  const name = pod.metadata?.name ?? '';
  const namespace = pod.metadata?.namespace ?? '';
  const all = flags.on('all-containers');
  const names = all
    ? [' (init)', '', ' (ephem)'].flatMap((sort) =>
        containersOf(pod)
          .filter((each) => each.sort === sort)
          .map((each) => each.name),
      )
    : [container || (yield* defaultContainer(context, pod, flags.on('all-pods')))];
  for (const each of names) {
    if (!containersOf(pod).some((known) => known.name === each)) {
      throw failed(`container ${each} is not valid for pod ${name}`);
    }
  }
  return names.map((each) => ({ namespace, pod: name, container: each }));
}
