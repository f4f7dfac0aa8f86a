import { rangesOf, type Topology } from '../topology.ts';

/** A component of the control plane, in the words of kubeadm's templates. */
interface Component {
  readonly name: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory?: string;
  readonly flags: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly (readonly [port: number, name: string])[];
  /** Host paths that are mounted, by the names of their volumes. */
  readonly volumes: Readonly<Record<string, Mounted>>;
}

interface Mounted {
  readonly path: string;
  readonly type: 'DirectoryOrCreate' | 'FileOrCreate';
  readonly readOnly?: boolean;
}

const PKI = '/etc/kubernetes/pki';
const ETCD_IMAGE = 'registry.k8s.io/etcd:3.6.6-0';

/** Manifests of the control plane as kubeadm writes them into /etc/kubernetes/manifests. */
export function staticPods(topology: Topology, address: string): Record<string, string> {
  const components = [
    etcd(topology, address),
    apiServer(topology, address),
    controllerManager(topology),
    scheduler(topology),
  ];
  return Object.fromEntries(components.map((each) => [`${each.name}.yaml`, manifest(each)]));
}

/** Images that the control plane runs. */
export function controlPlaneImages(topology: Topology): string[] {
  const components = [apiServer(topology, ''), controllerManager(topology), scheduler(topology)];
  return [ETCD_IMAGE, ...components.map(({ image }) => image)];
}

const certificates: Readonly<Record<string, Mounted>> = {
  'ca-certs': { path: '/etc/ssl/certs', type: 'DirectoryOrCreate', readOnly: true },
  'k8s-certs': { path: PKI, type: 'DirectoryOrCreate', readOnly: true },
};

function etcd({ machines }: Topology, address: string): Component {
  const name = machines.find(({ role }) => role === 'control-plane')?.name ?? '';
  const own = `${PKI}/etcd`;
  return {
    name: 'etcd',
    image: ETCD_IMAGE,
    cpu: '100m',
    memory: '100Mi',
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
    flags: [
      `advertise-client-urls=https://${address}:2379`,
      `cert-file=${own}/server.crt`,
      'client-cert-auth=true',
      'data-dir=/var/lib/etcd',
      'feature-gates=InitialCorruptCheck=true',
      `initial-advertise-peer-urls=https://${address}:2380`,
      `initial-cluster=${name}=https://${address}:2380`,
      `key-file=${own}/server.key`,
      `listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      'listen-metrics-urls=http://127.0.0.1:2381',
      `listen-peer-urls=https://${address}:2380`,
      `name=${name}`,
      `peer-cert-file=${own}/peer.crt`,
      'peer-client-cert-auth=true',
      `peer-key-file=${own}/peer.key`,
      `peer-trusted-ca-file=${own}/ca.crt`,
      'snapshot-count=10000',
      `trusted-ca-file=${own}/ca.crt`,
      'watch-progress-notify-interval=5s',
    ],
    ports: [[2381, 'probe-port']],
    volumes: {
      'etcd-data': { path: '/var/lib/etcd', type: 'DirectoryOrCreate' },
      'etcd-certs': { path: own, type: 'DirectoryOrCreate' },
    },
  };
}

function apiServer(topology: Topology, address: string): Component {
  const { version, clusterDomain } = topology;
  const name = 'kube-apiserver';
  return {
    name,
    image: `registry.k8s.io/${name}:${version}`,
    cpu: '250m',
    annotations: {
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:6443`,
    },
    flags: [
      `advertise-address=${address}`,
      'allow-privileged=true',
      'authorization-mode=Node,RBAC',
      `client-ca-file=${PKI}/ca.crt`,
      'enable-admission-plugins=NodeRestriction',
      'enable-bootstrap-token-auth=true',
      `etcd-cafile=${PKI}/etcd/ca.crt`,
      `etcd-certfile=${PKI}/apiserver-etcd-client.crt`,
      `etcd-keyfile=${PKI}/apiserver-etcd-client.key`,
      'etcd-servers=https://127.0.0.1:2379',
      `kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`,
      `kubelet-client-key=${PKI}/apiserver-kubelet-client.key`,
      'kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      `proxy-client-cert-file=${PKI}/front-proxy-client.crt`,
      `proxy-client-key-file=${PKI}/front-proxy-client.key`,
      'requestheader-allowed-names=front-proxy-client',
      `requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
      'requestheader-extra-headers-prefix=X-Remote-Extra-',
      'requestheader-group-headers=X-Remote-Group',
      'requestheader-username-headers=X-Remote-User',
      'secure-port=6443',
      `service-account-issuer=https://kubernetes.default.svc.${clusterDomain}`,
      `service-account-key-file=${PKI}/sa.pub`,
      `service-account-signing-key-file=${PKI}/sa.key`,
      `service-cluster-ip-range=${rangesOf(topology, 'service').join(',')}`,
      `tls-cert-file=${PKI}/apiserver.crt`,
      `tls-private-key-file=${PKI}/apiserver.key`,
    ],
    ports: [[6443, 'probe-port']],
    volumes: certificates,
  };
}

function controllerManager(topology: Topology): Component {
  const { version } = topology;
  const name = 'kube-controller-manager';
  const config = '/etc/kubernetes/controller-manager.conf';
  return {
    name,
    image: `registry.k8s.io/${name}:${version}`,
    cpu: '200m',
    flags: [
      'allocate-node-cidrs=true',
      `authentication-kubeconfig=${config}`,
      `authorization-kubeconfig=${config}`,
      'bind-address=127.0.0.1',
      `client-ca-file=${PKI}/ca.crt`,
      `cluster-cidr=${rangesOf(topology, 'pod').join(',')}`,
      'cluster-name=kubernetes',
      `cluster-signing-cert-file=${PKI}/ca.crt`,
      `cluster-signing-key-file=${PKI}/ca.key`,
      'controllers=*,bootstrapsigner,tokencleaner',
      `kubeconfig=${config}`,
      'leader-elect=true',
      `requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
      `root-ca-file=${PKI}/ca.crt`,
      `service-account-private-key-file=${PKI}/sa.key`,
      `service-cluster-ip-range=${rangesOf(topology, 'service').join(',')}`,
      'use-service-account-credentials=true',
    ],
    ports: [[10_257, 'probe-port']],
    volumes: {
      ...certificates,
      kubeconfig: { path: config, type: 'FileOrCreate', readOnly: true },
    },
  };
}

function scheduler({ version }: Topology): Component {
  const name = 'kube-scheduler';
  const config = '/etc/kubernetes/scheduler.conf';
  return {
    name,
    image: `registry.k8s.io/${name}:${version}`,
    cpu: '100m',
    flags: [
      `authentication-kubeconfig=${config}`,
      `authorization-kubeconfig=${config}`,
      'bind-address=127.0.0.1',
      `kubeconfig=${config}`,
      'leader-elect=true',
    ],
    ports: [[10_259, 'probe-port']],
    volumes: { kubeconfig: { path: config, type: 'FileOrCreate', readOnly: true } },
  };
}

/** The file, without the probes: they speak HTTPS, which is not modelled. */
function manifest({ name, image, cpu, memory, flags, annotations, ports, volumes }: Component) {
  const lines = ['apiVersion: v1', 'kind: Pod', 'metadata:'];
  if (annotations) {
    lines.push('  annotations:');
    for (const [key, value] of Object.entries(annotations)) lines.push(`    ${key}: ${value}`);
  }
  lines.push('  labels:', `    component: ${name}`, '    tier: control-plane');
  lines.push(`  name: ${name}`, '  namespace: kube-system', 'spec:', '  containers:');
  lines.push('  - command:', `    - ${name}`, ...flags.map((flag) => `    - --${flag}`));
  lines.push(`    image: ${image}`, '    imagePullPolicy: IfNotPresent', `    name: ${name}`);
  lines.push('    ports:');
  for (const [port, portName] of ports ?? []) {
    lines.push(`    - containerPort: ${port}`, `      name: ${portName}`, '      protocol: TCP');
  }
  lines.push('    resources:', '      requests:', `        cpu: ${cpu}`);
  if (memory) lines.push(`        memory: ${memory}`);
  lines.push('    volumeMounts:');
  for (const [volume, { path, readOnly }] of Object.entries(volumes)) {
    lines.push(`    - mountPath: ${path}`, `      name: ${volume}`);
    if (readOnly) lines.push('      readOnly: true');
  }
  lines.push('  hostNetwork: true', '  priority: 2000001000');
  lines.push('  priorityClassName: system-node-critical', '  securityContext:');
  lines.push('    seccompProfile:', '      type: RuntimeDefault', '  volumes:');
  for (const [volume, { path, type }] of Object.entries(volumes)) {
    lines.push(
      '  - hostPath:',
      `      path: ${path}`,
      `      type: ${type}`,
      `    name: ${volume}`,
    );
  }
  return `${lines.join('\n')}\nstatus: {}\n`;
}
