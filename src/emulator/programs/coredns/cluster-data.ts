/** A Service as the kubernetes plugin keeps it. */
export interface ServiceData {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly externalName?: string;
  readonly externalIPs: readonly string[];
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: string;
  }[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface EndpointAddress {
  readonly address: string;
  readonly hostname?: string;
  /** Name of the pod, for `endpoint_pod_names`. */
  readonly target?: string;
}

/** One EndpointSlice: only the addresses that may be told. */
export interface EndpointsData {
  readonly namespace: string;
  readonly service: string;
  readonly addresses: readonly EndpointAddress[];
  /** Port -1 stands for "no ports declared". */
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: string;
  }[];
}

export interface PodData {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

/** The informers' view of the cluster. */
export interface ClusterData {
  /** Whether the first lists have come in. */
  readonly synced: boolean;
  /** Unix time of the last change, the serial of SOA records. */
  readonly serial: number;
  service(namespace: string, name: string): ServiceData | undefined;
  endpoints(namespace: string, service: string): readonly EndpointsData[];
  servicesByAddress(address: string): readonly ServiceData[];
  endpointsByAddress(address: string): readonly EndpointsData[];
  namespace(name: string): { readonly labels: Readonly<Record<string, string>> } | undefined;
  podsByAddress(address: string): readonly PodData[];
}

export const isHeadless = ({ clusterIPs }: ServiceData) => clusterIPs[0] === 'None';
