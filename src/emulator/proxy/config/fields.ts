/** What a field of KubeProxyConfiguration holds. */
export type FieldType =
  | 'string'
  | 'bool'
  | 'int'
  | 'float'
  | 'duration'
  | 'strings'
  | 'object'
  /** Taken as it is: feature gates, logging. */
  | 'any'
  | { readonly [name: string]: FieldType };

const syncing = { minSyncPeriod: 'duration', syncPeriod: 'duration' } as const;

/** All fields of v1alpha1 (staging/src/k8s.io/kube-proxy/config/v1alpha1/types.go). */
export const fields: { readonly [name: string]: FieldType } = {
  apiVersion: 'string',
  kind: 'string',
  featureGates: 'any',
  clientConnection: {
    kubeconfig: 'string',
    acceptContentTypes: 'string',
    contentType: 'string',
    qps: 'float',
    burst: 'int',
  },
  logging: 'any',
  hostnameOverride: 'string',
  bindAddress: 'string',
  healthzBindAddress: 'string',
  metricsBindAddress: 'string',
  bindAddressHardFail: 'bool',
  enableProfiling: 'bool',
  showHiddenMetricsForVersion: 'string',
  mode: 'string',
  iptables: {
    masqueradeBit: 'int',
    masqueradeAll: 'bool',
    localhostNodePorts: 'bool',
    ...syncing,
  },
  ipvs: {
    ...syncing,
    scheduler: 'string',
    excludeCIDRs: 'strings',
    strictARP: 'bool',
    tcpTimeout: 'duration',
    tcpFinTimeout: 'duration',
    udpTimeout: 'duration',
  },
  nftables: { masqueradeBit: 'int', masqueradeAll: 'bool', ...syncing },
  winkernel: {
    networkName: 'string',
    sourceVip: 'string',
    enableDSR: 'bool',
    rootHnsEndpointName: 'string',
    forwardHealthCheckVip: 'bool',
  },
  detectLocalMode: 'string',
  detectLocal: { bridgeInterface: 'string', interfaceNamePrefix: 'string' },
  clusterCIDR: 'string',
  nodePortAddresses: 'strings',
  oomScoreAdj: 'int',
  conntrack: {
    maxPerCore: 'int',
    min: 'int',
    tcpEstablishedTimeout: 'duration',
    tcpCloseWaitTimeout: 'duration',
    tcpBeLiberal: 'bool',
    udpTimeout: 'duration',
    udpStreamTimeout: 'duration',
  },
  configSyncPeriod: 'duration',
  portRange: 'string',
  windowsRunAsService: 'bool',
};
