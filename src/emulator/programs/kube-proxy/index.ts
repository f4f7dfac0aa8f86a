import type { Daemon } from '../../host/syscalls.ts';
import { on } from './on.ts';

/** kube-proxy in iptables mode. */
const kubeProxy: Daemon = { name: 'kube-proxy', paths: ['/usr/local/bin/kube-proxy'], on };

export default kubeProxy;
