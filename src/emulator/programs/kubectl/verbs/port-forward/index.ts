import type { Call } from '../../../../host/syscalls.ts';
import { tupleOf } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import type { Obj } from '../../object.ts';
import { at } from '../../object.ts';
import { podsOf } from '../../pods.ts';
import { pathOf } from '../../rest-mapper.ts';
import { forward } from './forward.ts';
import { addressesOf, parsePorts, portsOfPod, portsOfService } from './ports.ts';

export default defineCommand({
  name: 'port-forward',
  use:
    'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT ' +
    '[...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  short: 'Forward one or more local ports to a pod',
  flags: 'address=[localhost] pod-running-timeout=1m0s',
  run,
  complete: completePods,
});

function* run(context: Context): Call<void> {
  const [target = '', ...wanted] = context.args;
  if (target === '' || wanted.length === 0) {
    throw failed(usageText(context, 'TYPE/NAME and list of ports are required for port-forward'));
  }
  const mapper = yield* context.mapper();
  const [type, name] = target.includes('/') ? tupleOf(target) : (['pods', target] as const);
  const mapping = yield* mapper.forArgument(type);
  const path = pathOf(mapping, context.namespace().name, name);
  const object = yield* context.client().send<Obj>({ path });
  if (mapping.kind === 'Service' && !at(object, 'spec.selector')) {
    throw failed(
      `cannot attach to *v1.Service: invalid service '${name}': ` +
        'Service is defined without a selector',
    );
  }
  const pod = (yield* podsOf(context, target))[0];
  if (!pod) throw failed('timed out waiting for the condition');
  const pairs =
    mapping.kind === 'Service' ? portsOfService(wanted, object, pod) : portsOfPod(wanted, pod);
  const phase = pod.status?.phase ?? '';
  if (phase !== 'Running') {
    throw failed(`unable to forward port because pod is not running. Current status=${phase}`);
  }
  yield* forward(context, pod, parsePorts(pairs), addressesOf(context));
}
