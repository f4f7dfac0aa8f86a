import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { exit, failed } from '../../failure.ts';
import { tupleOf } from '../../builder.ts';
import { at, type Obj } from '../../object.ts';
import { podsOf } from '../../pods.ts';
import { pathOf } from '../../rest-mapper.ts';

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

interface ServicePort {
  readonly name?: string;
  readonly port: number;
}

function* run(context: Context): Call<void> {
  const [target = '', ...ports] = context.args;
  if (target === '' || ports.length === 0) {
    throw failed(usageText(context, 'TYPE/NAME and list of ports are required for port-forward'));
  }
  const mapper = yield* context.mapper();
  const [type, name] = target.includes('/') ? tupleOf(target) : (['pods', target] as const);
  const mapping = yield* mapper.forArgument(type);
  const path = pathOf(mapping, context.namespace().name, name);
  const object = yield* context.client().send<Obj>({ path });
  if (mapping.kind === 'Service') checkService(object, ports);
  const pods = yield* podsOf(context, target);
  if (pods.length === 0) throw failed('timed out waiting for the condition');
  for (const port of ports) checkPort(port);
  throw exit(1, 'error: kubectl port-forward is not modelled here yet\n');
}

function checkService(service: Obj, wanted: readonly string[]): void {
  const known = (at(service, 'spec.ports') ?? []) as readonly ServicePort[];
  for (const pair of wanted) {
    const remote = pair.split(':').at(-1) as string;
    const found = known.some(({ name, port }) => name === remote || String(port) === remote);
    if (!found) {
      throw failed(`Service ${service.metadata?.name} does not have a service port ${remote}`);
    }
  }
}

function checkPort(pair: string): void {
  const [local = '', remote = local] = pair.split(':');
  for (const [what, text] of [
    ['local', local],
    ['remote', remote],
  ] as const) {
    if (what === 'local' && text === '') continue;
    const wrong = !/^\d+$/.test(text)
      ? 'invalid syntax'
      : Number(text) > 65_535
        ? 'value out of range'
        : undefined;
    if (wrong) {
      throw failed(
        `error parsing ${what} port '${text}': strconv.ParseUint: parsing "${text}": ${wrong}`,
      );
    }
  }
}
