/** Where the agent listens for the plugin; the file is there while it runs. */
export const CILIUM_SOCKET = '/var/run/cilium/cilium.sock';

/** What the agent keeps of its node, under `node` in the map `config`. */
export interface CiliumNodeState {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: string;
  /** Address of cilium_host: the pods' gateway. */
  readonly router: string;
  /** Address of the node's health endpoint. */
  readonly health: string;
  readonly mtu: number;
  /** What fits through the tunnel. */
  readonly routeMtu: number;
  readonly kubeProxyReplacement: boolean;
  /** Whether the proxy is a DaemonSet of its own. */
  readonly externalEnvoy?: boolean;
  readonly policyEnforcement: 'default' | 'always' | 'never';
  readonly version: string;
}

/** What the plugin tells the agent of an endpoint, under `endpoint/<id>`. */
export interface CiliumEndpointState {
  readonly id: number;
  readonly ip: string;
  readonly namespace: string;
  readonly pod: string;
  readonly containerID: string;
  readonly ifName: string;
  readonly device: string;
  /** What the agent adds: labels of its identity, revision of its policy. */
  readonly labels?: readonly string[];
  readonly revision?: number;
}
