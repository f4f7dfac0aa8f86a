import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed, Failure, problemOf, textOf } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import { nameOf } from '../../generator.ts';
import type { Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';

/** `kubectl create token`: asks the API server for a token of a service account. */
export const token: Command = {
  name: 'token',
  use: 'create token SERVICE_ACCOUNT_NAME',
  short: 'Request a service account token',
  flags:
    `${printFlags} audience=[*] bound-object-kind='' bound-object-name='' ` +
    "bound-object-uid='' duration=0s",
  *run(context: Context): Call<void> {
    const name = nameOf(context);
    const { flags } = context;
    const printer = printerFor(context);
    const audiences = flags.list('audience');
    const seconds = Math.trunc(flags.duration('duration') / 1_000_000);
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: {
        ...(audiences.length > 0 && { audiences }),
        ...(seconds > 0 && { expirationSeconds: seconds }),
      },
    };
    const namespace = context.namespace().name;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    let answer: Obj;
    try {
      answer = yield* context.client().send<Obj>({ method: 'POST', path, body });
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      throw failed(`failed to create token: ${textOf(problemOf(caught))}`);
    }
    if (printer) yield* printer.print(answer, { typed: true });
    else yield* context.out(`${(answer['status'] as { token?: string })?.token ?? ''}\n`);
  },
};
