import { isNetns, openNetns } from '../interface.ts';
import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';

const FIRST_TABLE = 100;
/** In front of the main table's rule. */
const PRIORITY = 32_765;

/** Source based routing (plugins/meta/sbr). */
const plugin: CniPlugin = {
  name: 'sbr',
  run(invocation, node) {
    const { command, conf } = invocation;
    if (command === 'DEL') return remove(invocation, node);
    const previous = readResult(conf.prevResult);
    if (isError(previous)) return previous;
    if (command === 'CHECK') return undefined;
    if (command !== 'ADD') return undefined;
    if (!previous) return failure('This plugin must be called as chained plugin');
    const pod = openNetns(node, invocation.request.netns);
    if (!isNetns(pod)) return pod;
    const own = previous.interfaces?.findIndex(
      ({ name, sandbox }) => name === invocation.request.ifName && sandbox,
    );
    const ips = previous.ips.filter(
      (ip) => !ip.address.includes(':') && (ip.interface === undefined || ip.interface === own),
    );
    if (ips.length === 0) return failure('got no container IPs');
    for (const { address, gateway } of ips) {
      route(invocation, pod, address.split('/')[0] ?? '', gateway);
    }
    return previous;
  },
};

export default plugin;

type Pod = NonNullable<ReturnType<CniNode['netns']>>;

/** One address: a rule, and the interface's routes in its table. */
function route({ conf, request }: Invocation, pod: Pod, address: string, gateway?: string): void {
  const rules = pod.rules();
  const used = new Set(rules.map(({ table }) => String(table)));
  const given = Number(conf['table'] ?? 0);
  let table = given > 0 ? given : FIRST_TABLE;
  while (given === 0 && used.has(String(table))) table += 1;
  const own = pod.routes().filter(({ device }) => device === request.ifName);
  const from = `${address}/32`;
  pod.setRules([...rules, { priority: PRIORITY, from, action: 'lookup', table: String(table) }]);
  for (const each of own) {
    pod.removeRoute(each);
    pod.addRoute({ ...each, table: String(table) });
  }
  if (gateway === undefined || own.some(({ destination }) => destination === 'default')) return;
  const device = request.ifName;
  pod.addRoute({ destination: 'default', via: gateway, device, table: String(table) });
}

function remove({ request }: Invocation, node: CniNode): Answer {
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  const link = pod?.links().find(({ name }) => name === request.ifName);
  if (!pod || !link) return undefined;
  const own = new Set(link.addresses.map(({ address }) => `${address}/32`));
  const left = pod.rules().filter(({ from = '' }) => !own.has(from));
  pod.setRules(left);
  return undefined;
}
