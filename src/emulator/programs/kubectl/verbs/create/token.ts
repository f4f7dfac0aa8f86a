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
    const printer = printerFor(context);
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: specOf(context),
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
    else {
      // The line is only ended for somebody who looks at it.
      const end = context.sys.isTerminal(1) ? '\n' : '';
      yield* context.out(`${(answer['status'] as { token?: string })?.token ?? ''}${end}`);
    }
  },
};

/** Kinds that a token may be bound to, and their versions. */
const bindable: Readonly<Record<string, string>> = { Node: 'v1', Pod: 'v1', Secret: 'v1' };

/** What is asked for, after upstream's checks (`TokenOptions.Validate`). */
function specOf({ flags }: Context): object {
  const [kind, bound, uid] = ['kind', 'name', 'uid'].map((part) =>
    flags.text(`bound-object-${part}`),
  );
  const audiences = flags.list('audience');
  const micros = flags.duration('duration');
  if (micros < 0) throw failed('--duration must be greater than or equal to 0');
  if (micros % 1_000_000 !== 0) {
    throw failed('--duration cannot be expressed in units less than seconds');
  }
  if (audiences.includes('')) throw failed('--audience must not be an empty string');
  if (!kind) {
    const only = 'can only be set if --bound-object-kind is provided';
    if (bound) throw failed(`--bound-object-name ${only}`);
    if (uid) throw failed(`--bound-object-uid ${only}`);
  } else if (!bindable[kind]) {
    throw failed(`supported --bound-object-kind values are ${Object.keys(bindable).join(', ')}`);
  } else if (!bound) {
    throw failed('--bound-object-name is required if --bound-object-kind is provided');
  }
  const ref = { kind, apiVersion: bindable[kind ?? ''], name: bound, ...(uid && { uid }) };
  return {
    ...(audiences.length > 0 && { audiences }),
    ...(micros > 0 && { expirationSeconds: micros / 1_000_000 }),
    ...(kind && { boundObjectRef: ref }),
  };
}
