import { readArgs } from '../arguments.ts';
import { isNetns, openNetns } from '../interface.ts';
import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';

const DATA_DIR = '/run/cni/tuning';

/** Attributes of the pod's interface and its sysctls (plugins/meta/tuning). */
const plugin: CniPlugin = {
  name: 'tuning',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return add(invocation, node);
      case 'DEL':
        return remove(invocation, node);
      case 'CHECK':
        return check(invocation, node);
      default:
        return undefined;
    }
  },
};

export default plugin;

interface Wanted {
  readonly mac?: string;
  readonly mtu?: number;
  readonly sysctl: Readonly<Record<string, string>>;
}

function wantedOf({ conf, request }: Invocation): Wanted {
  const runtime = conf.runtimeConfig?.['mac'] as string | undefined;
  const mac = runtime ?? readArgs(request.args).get('MAC') ?? (conf['mac'] as string | undefined);
  const mtu = Number(conf['mtu'] ?? 0);
  return {
    ...(mac ? { mac } : {}),
    ...(mtu ? { mtu } : {}),
    sysctl: (conf['sysctl'] ?? {}) as Readonly<Record<string, string>>,
  };
}

const keptAt = ({ conf, request }: Invocation) =>
  `${typeof conf['dataDir'] === 'string' ? conf['dataDir'] : DATA_DIR}/` +
  `${request.containerID}_${request.ifName}.json`;

function add(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const previous = readResult(conf.prevResult);
  if (isError(previous)) return previous;
  if (!previous) return failure('Required prevResult missing');
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const { mac, mtu, sysctl } = wantedOf(invocation);
  const refused = setSysctls(pod, request.ifName, sysctl);
  if (refused) return refused;
  const link = pod.links().find(({ name }) => name === request.ifName);
  if ((mac || mtu) && !link) {
    const why = `failed to get "${request.ifName}": Link not found`;
    return failure(`failed to create backup of "${request.ifName}": ${why}`);
  }
  if (!link || (!mac && !mtu)) return previous;
  const path = keptAt(invocation);
  node.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), { parents: true });
  node.files.write(path, JSON.stringify({ ...(mac ? { mac: link.mac } : {}), mtu: link.mtu }));
  pod.setLink(request.ifName, { ...(mac ? { mac } : {}), ...(mtu ? { mtu } : {}) });
  const interfaces = previous.interfaces?.map((each) =>
    mac && each.name === request.ifName && each.sandbox ? { ...each, mac } : each,
  );
  return { ...previous, ...(interfaces ? { interfaces } : {}) };
}

type Pod = NonNullable<ReturnType<CniNode['netns']>>;

function setSysctls(
  pod: Pod,
  ifName: string,
  sysctls: Readonly<Record<string, string>>,
): CniError | undefined {
  for (const [written, value] of Object.entries(sysctls)) {
    const name = written.replaceAll('IFNAME', ifName).replaceAll('/', '.');
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    // Outside of net the pod would change its node.
    if (!name.startsWith('net.'))
      return failure(`invalid net sysctl key: ${JSON.stringify(written)}`);
    if (pod.sysctl(name) === undefined) {
      return failure(`open ${path}: no such file or directory`);
    }
    pod.setSysctl(name, value);
  }
  return undefined;
}

function remove(invocation: Invocation, node: CniNode): Answer {
  const path = keptAt(invocation);
  const file = node.files.read(path);
  if (typeof file === 'string') return undefined;
  const { ifName, netns } = invocation.request;
  const before = JSON.parse(file.text) as { mac?: string; mtu?: number };
  node.netns(netns)?.setLink(ifName, before);
  node.files.remove(path);
  return undefined;
}

function check(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  if (!conf.prevResult) return failure('Required prevResult missing');
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const { mac, mtu, sysctl } = wantedOf(invocation);
  for (const [name, value] of Object.entries(sysctl)) {
    const now = pod.sysctl(name.replaceAll('IFNAME', request.ifName).replaceAll('/', '.')) ?? '';
    if (now !== value) {
      return failure(
        `Error: Tuning configured value of ${name} is ${value}, current value is ${now}`,
      );
    }
  }
  const link = pod.links().find(({ name }) => name === request.ifName);
  if (!link) return failure(`Cannot find container link ${request.ifName}`);
  const differs = (what: string, wanted: string | number, now: string | number) =>
    failure(
      `Error: Tuning configured ${what} of ${request.ifName} is ${wanted}, current value is ${now}`,
    );
  if (mac && mac !== link.mac) return differs('Ethernet', mac, link.mac);
  if (mtu && mtu !== link.mtu) return differs('MTU', mtu, link.mtu);
  return undefined;
}
