import type { Call } from '../../../../host/syscalls.ts';
import { rfc3339 } from '../../../../world/time.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Command, type Context } from '../../command.ts';
import { argumentsBefore } from '../../complete-resources.ts';
import { failed, throwAll } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { copy, type Obj } from '../../object.ts';
import { resultPrinter } from '../../printers/printer.ts';
import { pathOf } from '../../rest-mapper.ts';

interface Condition {
  readonly type: string;
}

interface Decision {
  readonly name: string;
  readonly type: 'Approved' | 'Denied';
  readonly outcome: string;
  readonly short: string;
}

const decisions: readonly Decision[] = [
  {
    name: 'approve',
    type: 'Approved',
    outcome: 'approved',
    short: 'Approve a certificate signing request',
  },
  { name: 'deny', type: 'Denied', outcome: 'denied', short: 'Deny a certificate signing request' },
];

export default defineCommand({
  name: 'certificate',
  use: 'certificate SUBCOMMAND',
  bare: 'help',
  short: 'Modify certificate resources',
  commands: decisions.map(command),
});

function command(decision: Decision): Command {
  return {
    name: decision.name,
    use: `certificate ${decision.name} (-f FILENAME | NAME)`,
    short: decision.short,
    flags: `${printFlags} ${fileFlags} force=false`,
    run: (context) => decide(context, decision),
    complete: (words, { names }) =>
      argumentsBefore(words).length === 0 ? names('certificatesigningrequests') : [],
  };
}

function* decide(context: Context, decision: Decision): Call<void> {
  const { args, flags } = context;
  if (args.length === 0 && flags.list('filename').length === 0 && flags.text('kustomize') === '') {
    throw failed('one or more CSRs must be specified as <name> or -f <filename>');
  }
  const named = args.length === 0 ? [] : ['certificatesigningrequests', ...args];
  const { infos, problems } = yield* visit(context, {
    ...selectionOf(context, named),
    latest: true,
  });
  throwAll(problems);
  for (const info of infos) yield* decideOne(context, decision, info);
}

/** Writes the condition through the `approval` subresource, unless it is there already. */
function* decideOne(context: Context, decision: Decision, info: Info): Call<void> {
  const object = copy(info.object as Obj) as Obj & { status?: { conditions?: Condition[] } };
  const before = object.status?.conditions ?? [];
  if (!before.some(({ type }) => type === decision.type) || context.flags.on('force')) {
    const verb = decision.name;
    const now = rfc3339(context.sys.now);
    const made = {
      type: decision.type,
      status: 'True',
      reason: `Kubectl${verb.charAt(0).toUpperCase()}${verb.slice(1)}`,
      message: `This CSR was ${decision.outcome} by kubectl certificate ${verb}.`,
      lastUpdateTime: now,
    };
    object.status = { ...object.status, conditions: [...before, made] };
    yield* context.client().send({
      method: 'PUT',
      path: pathOf(info.mapping, '', info.name, 'approval'),
      body: object,
    });
  }
  yield* resultPrinter(context, decision.outcome).print(info.object as Obj);
}
