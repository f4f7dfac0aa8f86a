import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { scoped } from '../../generator.ts';
import { createObject, withLastApplied, writeQuery } from '../../mutate.ts';
import type { Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { override } from '../../overrides.ts';
import { serviceFor } from './service.ts';

export default defineCommand({
  name: 'expose',
  use:
    'expose (-f FILENAME | TYPE NAME) [--port=port] ' +
    '[--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] ' +
    '[--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  short:
    'Take a replication controller, service, deployment or pod and expose ' +
    'it as a new Kubernetes service',
  examples: [
    ['A service for a deployment', 'kubectl expose deployment web --port=80 --target-port=8080'],
  ],
  flags: `${printFlags} cluster-ip='' dry-run='none' external-ip=''
    field-manager='kubectl-expose' ${fileFlags} -l|labels='' load-balancer-ip='' name=''
    override-type='merge' overrides='' port='' protocol='' save-config=false selector=''
    session-affinity='' target-port='' type=''`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const selection = {
    ...selectionOf(context),
    labelSelector: '',
    allowEmptySelector: false,
  };
  const { infos, problems } = yield* visit(context, selection);
  const failures: Problem[] = [];
  for (const info of infos) {
    try {
      checkExposable(info);
      yield* exposeOne(context, info);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      failures.push(problemOf(caught));
    }
  }
  throwAll([...failures, ...problems]);
}

function checkExposable(info: Info): void {
  const { kind, group } = info.mapping;
  if (group.includes('.') && !group.endsWith('.k8s.io')) throw unregistered(info);
  if (group === 'gateway.networking.k8s.io') throw unregistered(info);
  const exposable = /^(ReplicationController|Service|Pod|Deployment|ReplicaSet)$/.test(kind);
  if (!exposable) throw failed(`cannot expose a ${group === '' ? kind : `${kind}.${group}`}`);
}

function unregistered({ mapping: { group, version, kind } }: Info) {
  return failed(
    `no kind "${kind}" is registered for version "${group}/${version}" in ` +
      'scheme "pkg/scheme/scheme.go:28"',
  );
}

function* exposeOne(context: Context, info: Info): Call<void> {
  const made = scoped(context, serviceFor(info.name, info.object as Obj, context.flags), true);
  let object = yield* override(context, made, function* () {
    return yield* (yield* context.mapper()).forArgument('services');
  });
  if (context.flags.on('save-config')) object = withLastApplied(object);
  if (dryRun(context) !== 'client') {
    const mapper = yield* context.mapper();
    const mapping = yield* mapper.forArgument('services');
    object = yield* createObject(
      context,
      mapping,
      context.namespace().name,
      object,
      writeQuery(context),
    );
  }
  yield* resultPrinter(context, 'exposed').print(object, { typed: true });
}
