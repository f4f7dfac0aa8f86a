import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
  type NetConf,
} from '../types.ts';

const SUBNET_FILE = '/run/flannel/subnet.env';
const DATA_DIR = '/var/lib/cni/flannel';

interface SubnetEnv {
  readonly network: string;
  readonly subnet: string;
  readonly mtu: number;
  readonly ipmasq: boolean;
  readonly network6?: string;
  readonly subnet6?: string;
}

/**
 * Writes a configuration for another plugin (bridge unless told otherwise) from what flanneld says
 * about this node, and calls it (flannel-io/cni-plugin). The written one is kept for DEL.
 */
const plugin: CniPlugin = {
  name: 'flannel',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    const folder = typeof conf['dataDir'] === 'string' ? conf['dataDir'] : DATA_DIR;
    const kept = `${folder}/${request.containerID}`;
    if (command === 'DEL') return remove(invocation, node, kept);
    if (command !== 'ADD') return undefined;
    const path = typeof conf['subnetFile'] === 'string' ? conf['subnetFile'] : SUBNET_FILE;
    const env = readSubnetEnv(node, path);
    if (isError(env)) return env;
    const delegate = delegateConf(conf, env);
    if (isError(delegate)) return delegate;
    node.files.makeDirectory(folder, { parents: true });
    node.files.write(kept, JSON.stringify(delegate), { mode: 0o600 });
    const answer = invocation.delegate(delegate.type ?? 'bridge', 'ADD', delegate);
    return readResult(answer) as Answer;
  },
};

export default plugin;

function readSubnetEnv(node: CniNode, path: string): SubnetEnv | CniError {
  const file = node.files.read(path);
  if (typeof file === 'string') {
    return failure(`loadFlannelSubnetEnv failed: open ${path}: no such file or directory`);
  }
  const values = new Map(
    file.text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
  const missing = ['FLANNEL_NETWORK', 'FLANNEL_SUBNET', 'FLANNEL_MTU', 'FLANNEL_IPMASQ'].filter(
    (name) => !values.has(name),
  );
  if (missing.length > 0) return failure(`${path} is missing ${missing.join(', ')}`);
  const network6 = values.get('FLANNEL_IPV6_NETWORK');
  const subnet6 = values.get('FLANNEL_IPV6_SUBNET');
  return {
    network: values.get('FLANNEL_NETWORK') as string,
    subnet: values.get('FLANNEL_SUBNET') as string,
    mtu: Number(values.get('FLANNEL_MTU')),
    ipmasq: values.get('FLANNEL_IPMASQ') === 'true',
    ...(network6 && subnet6 ? { network6, subnet6 } : {}),
  };
}

/** The delegate's configuration: flannel's own values where the author left them out. */
function delegateConf(conf: NetConf, env: SubnetEnv): NetConf | CniError {
  const given = (conf['delegate'] ?? {}) as NetConf;
  if (given.name !== undefined) return failure("'delegate' dictionary must not have 'name' field");
  if (given.ipam !== undefined) {
    return failure("'delegate' dictionary must not have 'ipam' field, it'll be set by flannel");
  }
  const type = given.type ?? 'bridge';
  const own = (conf['ipam'] ?? {}) as Record<string, unknown>;
  const slash = env.subnet.indexOf('/');
  const base = env.subnet.slice(0, slash).replace(/\d+$/, '0');
  const { network6, subnet6 } = env;
  const second =
    network6 === undefined || subnet6 === undefined
      ? { ranges: [], routes: [] }
      : {
          ranges: [[{ subnet: subnet6.replace(/::1\//, '::/') }]],
          routes: [{ dst: network6 }],
        };
  const routes = (own['routes'] as readonly unknown[] | undefined) ?? [];
  return {
    ...given,
    name: conf.name ?? '',
    type,
    cniVersion: conf.cniVersion ?? '0.3.1',
    ipMasq: given['ipMasq'] ?? !env.ipmasq,
    mtu: given['mtu'] ?? env.mtu,
    ...(type === 'bridge' ? { isGateway: given['isGateway'] ?? true } : {}),
    ...(conf.runtimeConfig ? { runtimeConfig: conf.runtimeConfig } : {}),
    ipam: {
      type: 'host-local',
      ...own,
      ranges: [[{ subnet: `${base}${env.subnet.slice(slash)}` }], ...second.ranges],
      routes: [...routes, { dst: env.network }, ...second.routes],
    },
  };
}

function remove(invocation: Invocation, node: CniNode, kept: string): Answer {
  const file = node.files.read(kept);
  // Nothing kept: the ADD failed, or a DEL came before.
  if (typeof file === 'string') return undefined;
  node.files.remove(kept);
  const delegate = JSON.parse(file.text) as NetConf;
  return invocation.delegate(delegate.type ?? 'bridge', 'DEL', delegate);
}
