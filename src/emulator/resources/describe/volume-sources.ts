type Source = Readonly<Record<string, unknown>>;

const text = (value: unknown, missing = '') =>
  value === undefined || value === null ? missing : String(value);
const bool = (value: unknown) => text(value, 'false');
const list = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : '[]');

/** `&SecretReference{Name:x,Namespace:y,}`, as Go prints what a pointer points at. */
function reference(value: unknown, missing: string): string {
  if (!value) return missing;
  const { name, namespace } = value as { readonly name?: string; readonly namespace?: string };
  return namespace === undefined
    ? `&LocalObjectReference{Name:${name ?? ''},}`
    : `&SecretReference{Name:${name ?? ''},Namespace:${namespace},}`;
}

/** `Type:` and one line for each field; a field may have a default or a form of its own. */
const lines = (type: string, source: Source, fields: Readonly<Record<string, string>>) => [
  `Type:\t${type}`,
  ...Object.entries(fields).map(([title, field]) => {
    const [name = '', missing = ''] = field.split('=');
    const value = source[name];
    const shown = Array.isArray(value) ? list(value) : text(value, missing);
    return `${title}:\t${shown}`;
  }),
];

const READ_ONLY = { ReadOnly: 'readOnly=false' };

/** Sources that pods and persistent volumes have alike; most are of times before CSI. */
export const oldSources: Readonly<Record<string, (source: Source) => readonly string[]>> = {
  gcePersistentDisk: (source) =>
    lines('GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)', source, {
      PDName: 'pdName',
      FSType: 'fsType',
      Partition: 'partition=0',
      ...READ_ONLY,
    }),
  awsElasticBlockStore: (source) =>
    lines('AWSElasticBlockStore (a Persistent Disk resource in AWS)', source, {
      VolumeID: 'volumeID',
      FSType: 'fsType',
      Partition: 'partition=0',
      ...READ_ONLY,
    }),
  gitRepo: (source) =>
    lines('GitRepo (a volume that is pulled from git when the pod is created)', source, {
      Repository: 'repository',
      Revision: 'revision',
    }),
  iscsi: (source) => [
    "Type:\tISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and " +
      'then exposed to the pod)',
    `TargetPortal:\t${text(source['targetPortal'])}`,
    `IQN:\t${text(source['iqn'])}`,
    `Lun:\t${text(source['lun'], '0')}`,
    `ISCSIInterface\t${text(source['iscsiInterface'])}`,
    `FSType:\t${text(source['fsType'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
    `Portals:\t${list(source['portals'])}`,
    `DiscoveryCHAPAuth:\t${bool(source['chapAuthDiscovery'])}`,
    `SessionCHAPAuth:\t${bool(source['chapAuthSession'])}`,
    `SecretRef:\t${reference(source['secretRef'], 'nil')}`,
    `InitiatorName:\t${text(source['initiatorName'], '<none>')}`,
  ],
  quobyte: (source) =>
    lines("Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", source, {
      Registry: 'registry',
      Volume: 'volume',
      ...READ_ONLY,
    }),
  vsphereVolume: (source) =>
    lines('vSphereVolume (a Persistent Disk resource in vSphere)', source, {
      VolumePath: 'volumePath',
      FSType: 'fsType',
      StoragePolicyName: 'storagePolicyName',
    }),
  azureDisk: (source) =>
    lines('AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)', source, {
      DiskName: 'diskName',
      DiskURI: 'diskURI',
      Kind: 'kind',
      FSType: 'fsType',
      CachingMode: 'cachingMode',
      ...READ_ONLY,
    }),
  portworxVolume: (source) =>
    lines('PortworxVolume (a Portworx Volume resource)', source, { VolumeID: 'volumeID' }),
  scaleIO: (source) =>
    lines('ScaleIO (a persistent volume backed by a block device in ScaleIO)', source, {
      Gateway: 'gateway',
      System: 'system',
      'Protection Domain': 'protectionDomain',
      'Storage Pool': 'storagePool',
      'Storage Mode': 'storageMode',
      VolumeName: 'volumeName',
      FSType: 'fsType',
      ...READ_ONLY,
    }),
  storageos: (source) =>
    lines('StorageOS (a StorageOS Persistent Disk resource)', source, {
      VolumeName: 'volumeName',
      VolumeNamespace: 'volumeNamespace',
      FSType: 'fsType',
      ...READ_ONLY,
    }),
  fc: (source) => [
    'Type:\tFC (a Fibre Channel disk)',
    `TargetWWNs:\t${((source['targetWWNs'] as string[] | undefined) ?? []).join(', ')}`,
    `LUN:\t${text(source['lun'], '<none>')}`,
    `FSType:\t${text(source['fsType'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
  ],
  flexVolume: (source) => [
    'Type:\tFlexVolume (a generic volume resource that is provisioned/attached using an exec ' +
      'based plugin)',
    `Driver:\t${text(source['driver'])}`,
    `FSType:\t${text(source['fsType'])}`,
    `SecretRef:\t${reference(source['secretRef'], 'nil')}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
    `Options:\tmap[${Object.entries((source['options'] ?? {}) as Source)
      .map(([key, value]) => `${key}:${text(value)}`)
      .sort()
      .join(' ')}]`,
  ],
  cephfs: (source) => [
    "Type:\tCephFS (a CephFS mount on the host that shares a pod's lifetime)",
    `Monitors:\t${list(source['monitors'])}`,
    `Path:\t${text(source['path'])}`,
    `User:\t${text(source['user'])}`,
    `SecretFile:\t${text(source['secretFile'])}`,
    `SecretRef:\t${reference(source['secretRef'], 'nil')}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
  ],
  rbd: (source) => [
    "Type:\tRBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    `CephMonitors:\t${list(source['monitors'])}`,
    `RBDImage:\t${text(source['image'])}`,
    `FSType:\t${text(source['fsType'])}`,
    `RBDPool:\t${text(source['pool'])}`,
    `RadosUser:\t${text(source['user'])}`,
    `Keyring:\t${text(source['keyring'])}`,
    `SecretRef:\t${reference(source['secretRef'], 'nil')}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
  ],
  cinder: (source) => [
    'Type:\tCinder (a Persistent Disk resource in OpenStack)',
    `VolumeID:\t${text(source['volumeID'])}`,
    `FSType:\t${text(source['fsType'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
    `SecretRef:\t${reference(source['secretRef'], 'nil')}`,
  ],
  glusterfs: (source) =>
    lines("Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", source, {
      EndpointsName: 'endpoints',
      Path: 'path',
      ...READ_ONLY,
    }),
  azureFile: (source) =>
    lines('AzureFile (an Azure File Service mount on the host and bind mount to the pod)', source, {
      SecretName: 'secretName',
      ShareName: 'shareName',
      ...READ_ONLY,
    }),
};

/** Sources that a persistent volume describes in another way than a pod. */
const persistent: Readonly<Record<string, (source: Source) => readonly string[]>> = {
  hostPath: (source) => [
    'Type:\tHostPath (bare host directory volume)',
    `Path:\t${text(source['path'])}`,
    `HostPathType:\t${text(source['type'], '<none>')}`,
  ],
  nfs: (source) =>
    lines('NFS (an NFS mount that lasts the lifetime of a pod)', source, {
      Server: 'server',
      Path: 'path',
      ...READ_ONLY,
    }),
  glusterfs: (source) =>
    lines("Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", source, {
      EndpointsName: 'endpoints',
      EndpointsNamespace: 'endpointsNamespace=<unset>',
      Path: 'path',
      ...READ_ONLY,
    }),
  azureFile: (source) =>
    lines('AzureFile (an Azure File Service mount on the host and bind mount to the pod)', source, {
      SecretName: 'secretName',
      SecretNamespace: 'secretNamespace',
      ShareName: 'shareName',
      ...READ_ONLY,
    }),
  local: (source) =>
    lines('LocalVolume (a persistent volume backed by local storage on a node)', source, {
      Path: 'path',
    }),
  csi: (source) => {
    const attributes = Object.entries((source['volumeAttributes'] ?? {}) as Source).sort();
    return [
      'Type:\tCSI (a Container Storage Interface (CSI) volume source)',
      `Driver:\t${text(source['driver'])}`,
      `FSType:\t${text(source['fsType'])}`,
      `VolumeHandle:\t${text(source['volumeHandle'])}`,
      `ReadOnly:\t${bool(source['readOnly'])}`,
      ...(attributes.length === 0 ? ['VolumeAttributes:\t<none>'] : []),
      ...attributes.map(
        ([key, value], index) => `${index === 0 ? 'VolumeAttributes:' : ''}\t${key}=${text(value)}`,
      ),
    ];
  },
};

/** What backs a persistent volume, line by line; undefined where nothing known does. */
export function persistentSource(spec: Source): readonly string[] | undefined {
  const all = { ...oldSources, ...persistent };
  const name = Object.keys(all).find((each) => spec[each]);
  return name === undefined ? undefined : all[name]?.(spec[name] as Source);
}
