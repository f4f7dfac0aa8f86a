import { pluginBinary } from '../../cni/binary.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';

const conflist = `{
    "cniVersion": "0.3.0",
    "name": "weave",
    "plugins": [
        {
            "name": "weave",
            "type": "weave-net",
            "hairpinMode": true
        },
        {
            "type": "portmap",
            "capabilities": {"portMappings": true},
            "snat": true
        }
    ]
}
`;

/** What `weave setup-cni` does on the node: plugins, then their configuration. */
export function installPlugin(sys: DaemonSys): void {
  const { files } = sys;
  files.makeDirectory('/host/opt/cni/bin', { parents: true });
  const binary = files.read('/host/opt/cni/bin/weave-net');
  if (isErrno(binary)) {
    for (const name of ['weave-plugin-2.8.1', 'weave-net', 'weave-ipam']) {
      const type = name === 'weave-ipam' ? name : 'weave-net';
      files.write(`/host/opt/cni/bin/${name}`, pluginBinary(type), { mode: 0o755 });
    }
  }
  files.makeDirectory('/host/etc/cni/net.d', { parents: true });
  const path = '/host/etc/cni/net.d/10-weave.conflist';
  // An existing file is the administrator's.
  if (isErrno(files.read(path))) files.write(path, conflist);
}
