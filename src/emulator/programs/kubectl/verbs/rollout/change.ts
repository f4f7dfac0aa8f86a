import type { Call } from '../../../../host/syscalls.ts';
import { rfc3339 } from '../../../../world/time.ts';
import type { Info } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { patchObject, writeQuery } from '../../mutate.ts';
import { at, type Obj } from '../../object.ts';
import { resultPrinter } from '../../printers/printer.ts';
import { resourceName } from '../../rest-mapper.ts';
import { targetsOf } from './targets.ts';

interface Change {
  readonly name: string;
  readonly short: string;
  readonly done: string;
  /** The patch; throws where it may not be. */
  patch(info: Info, context: Context): object;
}

function command({ name, short, done, patch }: Change): Command {
  return {
    name,
    use: `rollout ${name} RESOURCE`,
    short,
    flags: `${printFlags} field-manager='kubectl-rollout' ${fileFlags} ${selectorFlag}`,
    *run(context: Context): Call<void> {
      const problems: Problem[] = [];
      const infos = yield* targetsOf(context);
      if (infos.length === 0) {
        yield* context.err(`No resources found in ${context.namespace().name} namespace.\n`);
      }
      for (const info of infos) {
        try {
          const body = patch(info, context);
          const object = yield* patchObject(context, info, 'strategic', body, writeQuery(context));
          yield* resultPrinter(context, done).print(object, { typed: true });
        } catch (caught) {
          if (!(caught instanceof Failure)) throw caught;
          problems.push(problemOf(caught));
        }
      }
      throwAll(problems);
    },
  };
}

const isPaused = (object: Obj | undefined) => at(object, 'spec.paused') === true;
const named = ({ mapping, name }: Info) => `${resourceName(mapping)} "${name}"`;

function onlyDeployments(info: Info, verb: string): void {
  if (info.mapping.kind !== 'Deployment') throw failed(`${named(info)} ${verb} is not supported`);
}

export const pause = command({
  name: 'pause',
  short: 'Mark the provided resource as paused',
  done: 'paused',
  patch(info) {
    onlyDeployments(info, 'pausing');
    if (isPaused(info.object)) throw failed(`${named(info)} is already paused`);
    return { spec: { paused: true } };
  },
});

export const resume = command({
  name: 'resume',
  short: 'Resume a paused resource',
  done: 'resumed',
  patch(info) {
    onlyDeployments(info, 'resuming');
    if (!isPaused(info.object)) throw failed(`${named(info)} is not paused`);
    return { spec: { paused: null } };
  },
});

export const restart = command({
  name: 'restart',
  short: 'Restart a resource',
  done: 'restarted',
  patch(info, { sys }) {
    if (!/^(Deployment|DaemonSet|StatefulSet)$/.test(info.mapping.kind)) {
      throw failed(`${named(info)} restarting is not supported`);
    }
    if (isPaused(info.object)) {
      throw failed("can't restart paused deployment (run rollout resume first)");
    }
    const annotations = { 'kubectl.kubernetes.io/restartedAt': rfc3339(sys.now) };
    return { spec: { template: { metadata: { annotations } } } };
  },
});
