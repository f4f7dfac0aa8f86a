import type { Machine } from '../topology.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

const CONFIGS = {
  KUBELET_KUBECONFIG_ARGS: [
    '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
    '--kubeconfig=/etc/kubernetes/kubelet.conf',
  ],
  KUBELET_CONFIG_ARGS: ['--config=/var/lib/kubelet/config.yaml'],
};

/** What `kubeadm join` writes into `/var/lib/kubelet/kubeadm-flags.env`. */
function nodeFlags({ name, role, address, address6 }: Machine): string[] {
  const addresses = address6 === undefined ? [] : [`--node-ip=${address},${address6}`];
  const flags = [`--hostname-override=${name}`, ...addresses];
  if (role !== 'control-plane') return flags;
  const labels = `${CONTROL_PLANE}=,node.kubernetes.io/exclude-from-external-load-balancers=`;
  const taint = `${CONTROL_PLANE}:NoSchedule`;
  return [...flags, `--node-labels=${labels}`, `--register-with-taints=${taint}`];
}

/** The words after `kubelet` that its unit starts it with. */
export function kubeletFlags(machine: Machine): string[] {
  return [...Object.values(CONFIGS).flat(), ...nodeFlags(machine)];
}

const KUBELET = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const DROP_IN = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
${Object.entries(CONFIGS)
  .map(([name, flags]) => `Environment="${name}=${flags.join(' ')}"`)
  .join('\n')}
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS \
$KUBELET_EXTRA_ARGS
`;

const CONTAINERD = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target

[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
`;

/** The units of a node and what they read, by path. */
export function unitFiles(machine: Machine): Readonly<Record<string, string>> {
  const units = '/usr/lib/systemd/system';
  const flags = nodeFlags(machine).join(' ');
  return {
    [`${units}/containerd.service`]: CONTAINERD,
    [`${units}/kubelet.service`]: KUBELET,
    [`${units}/kubelet.service.d/10-kubeadm.conf`]: DROP_IN,
    '/var/lib/kubelet/kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="${flags}"\n`,
  };
}
