import { parseJson } from '../../cni/go-json.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';

/** What is read of net-conf.json. */
export interface NetConf {
  readonly Network: string;
  readonly EnableIPv6?: boolean;
  readonly IPv6Network?: string;
  readonly EnableNFTables?: boolean;
  readonly Backend: Readonly<Record<string, Json>> & { readonly Type: string };
}

export const NET_CONF = '/etc/kube-flannel/net-conf.json';

/** Reads net-conf.json as flanneld does when it starts; its words where it is not right. */
export function readNetConf(sys: DaemonSys): NetConf | { readonly error: string } {
  const found = sys.files.read(NET_CONF);
  if (isErrno(found)) {
    return { error: `failed to read net conf: open ${NET_CONF}: no such file or directory` };
  }
  const parsed = parseJson(found.text);
  if ('error' in parsed) return { error: `error parsing subnet config: ${parsed.error}` };
  const conf = parsed.value as Partial<NetConf>;
  if (conf.Network !== undefined && !/^\d+(\.\d+){3}\/\d+$/.test(conf.Network)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(conf.Network)}: invalid syntax`;
    return { error: `error parsing subnet config: ${why}` };
  }
  return {
    ...conf,
    Network: conf.Network ?? '0.0.0.0/0',
    Backend: { Type: 'udp', ...conf.Backend } as NetConf['Backend'],
  };
}
