import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { Failure } from '../../failure.ts';
import { itemsOf, type Obj } from '../../object.ts';
import { dump } from './dump.ts';

const MORE = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";

export default defineCommand({
  name: 'cluster-info',
  use: 'cluster-info [flags]',
  short: 'Display cluster information',
  commands: [dump],
  run,
});

function* run(context: Context): Call<void> {
  const { url } = context.config();
  let list: Obj;
  try {
    list = yield* context.client().send<Obj>({
      path: '/api/v1/namespaces/kube-system/services',
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
    });
  } catch (caught) {
    if (caught instanceof Failure) yield* context.out(MORE);
    throw caught;
  }
  yield* context.out(`Kubernetes control plane is running at ${url}\n`);
  for (const service of itemsOf(list)) yield* context.out(`${line(url, service)}\n`);
  yield* context.out(MORE);
}

interface ServiceSpec {
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

/** The service's address through the API server's proxy. */
function line(url: string, service: Obj): string {
  const { name = '', labels, namespace } = service.metadata ?? {};
  const port = (service['spec'] as ServiceSpec | undefined)?.ports?.[0];
  const scheme = port?.port === 443 || port?.name === 'https' ? 'https:' : '';
  const target = port?.name
    ? `${scheme}${name}:${port.name}`
    : `${scheme}${name}${scheme ? ':' : ''}`;
  const shown = labels?.['kubernetes.io/name'] || name;
  return `${shown} is running at ${url}/api/v1/namespaces/${namespace}/services/${target}/proxy`;
}
