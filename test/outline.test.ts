// Each command of the outline (sections 1.2.5, 1.2.6, 1.4.3, 1.4.4, 2.5, 5.8, 6, 7.2), as it stands
// there: only what is in angle brackets is filled in, and what runs on a node is sent there.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/emulator/cluster/api.ts';
import { boot } from '../src/emulator/cluster/boot.ts';

const filled: Readonly<Record<string, string>> = {
  '<pod-name>': 'client',
  '<service-name>': 'web',
  '<port>': '80',
};

interface Line {
  readonly run: string;
  /** On the node, as root, where the tools of a node are. */
  readonly node?: boolean;
  readonly exit?: number;
  readonly shows: readonly (string | RegExp)[];
}

const sections: Readonly<Record<string, readonly Line[]>> = {
  '1.2.5': [
    { run: 'ls /opt/cni/bin/', node: true, shows: [/^bridge$/m, /^portmap$/m, /^flannel$/m] },
    { run: 'ls /etc/cni/net.d/', node: true, shows: ['10-flannel.conflist'] },
    { run: 'ip link show', node: true, shows: [/^\d+: cni0: <BROADCAST,MULTICAST,UP/m, 'veth'] },
    {
      run: 'ip route show',
      node: true,
      shows: ['default via 192.168.49.1 dev eth0', 'dev cni0 proto kernel scope link src 10.244.'],
    },
    { run: 'journalctl -u kubelet | grep cni', node: true, shows: ['cni plugin not initialized'] },
  ],
  '1.2.6': [
    { run: 'kubectl exec -it <pod-name> -- ip addr', shows: ['inet 10.244.', 'eth0@if'] },
    { run: 'kubectl logs -n kube-system -l k8s-app=kube-dns', shows: ['.:53', 'CoreDNS-1.14.2'] },
    { run: 'kubectl get networkpolicies --all-namespaces', shows: ['No resources found\n'] },
    {
      run: 'kubectl get pods -n kube-system -l k8s-app=kube-dns',
      shows: [/^coredns-\S+ +1\/1 +Running/m],
    },
  ],
  '1.4.3': [
    {
      run: 'kubectl get pods -n kube-system -l k8s-app=kube-proxy',
      shows: [/(?:^kube-proxy-\w{5} +1\/1 +Running.*\n){3}/m],
    },
    { run: 'kubectl logs -n kube-system -l k8s-app=kube-proxy', shows: ['"Using iptables proxy"'] },
    { run: 'iptables -L -t nat', node: true, shows: ['Chain KUBE-SERVICES', '/* default/web '] },
    {
      // In iptables mode nothing brings the tool of the other mode to the node.
      run: 'ipvsadm -L',
      node: true,
      exit: 127,
      shows: ['ipvsadm: command not found'],
    },
  ],
  '1.4.4': [
    {
      run: 'kubectl describe pod -n kube-system -l k8s-app=kube-proxy',
      shows: ['Controlled By:  DaemonSet/kube-proxy', 'Priority Class Name:  system-node-critical'],
    },
    {
      run: 'kubectl get endpoints <service-name>',
      shows: [
        'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n',
        /^web +10\.244\.\d+\.\d+:80 /m,
      ],
    },
    {
      run: 'kubectl exec -it <pod-name> -- curl <service-name>:<port>',
      shows: ['Welcome to nginx'],
    },
    { run: 'iptables -L -t nat -v', node: true, shows: [/pkts bytes target/, 'KUBE-SVC-'] },
  ],
  '2.5': [
    {
      run: 'kubectl get service external-db -o wide',
      shows: [/external-db +ExternalName +<none> +database\.prod\.example\.com +<none>/],
    },
    {
      // The name outside is an example; nobody has it.
      run: 'kubectl exec -it <pod-name> -- nslookup external-db',
      exit: 1,
      shows: ["** server can't find database.prod.example.com: NXDOMAIN"],
    },
    {
      run: 'kubectl exec -it <pod-name> -- cat /etc/resolv.conf',
      shows: ['search default.svc.cluster.local svc.cluster.local cluster.local', 'ndots:5'],
    },
    {
      run: 'kubectl exec -it <pod-name> -- curl -v external-db',
      exit: 6,
      shows: ['Could not resolve host: external-db'],
    },
  ],
  '5.8': [
    {
      run: 'kubectl exec -it <pod-name> -- nslookup <service-name>',
      shows: [/Name:\tweb\.default\.svc\.cluster\.local\nAddress: 10\./],
    },
    { run: 'kubectl logs -n kube-system -l k8s-app=kube-dns', shows: ['CoreDNS-1.14.2'] },
    {
      run: 'kubectl exec -it <pod-name> -- cat /etc/resolv.conf',
      shows: ['nameserver 10.96.0.10'],
    },
  ],
  '6': [
    { run: 'kubectl get services', shows: [/^NAME +TYPE +CLUSTER-IP/, /^web +ClusterIP +10\./m] },
    { run: 'kubectl get ingress', shows: ['No resources found in default namespace.'] },
    { run: 'kubectl get networkpolicies', shows: ['No resources found in default namespace.'] },
    {
      run: 'kubectl exec -it <pod-name> -- nslookup <service-name>',
      shows: ['web.default.svc.cluster.local'],
    },
    {
      run: 'kubectl exec -it <pod-name> -- curl <service-name>:<port>',
      shows: ['Welcome to nginx'],
    },
  ],
  '7.2': [
    { run: 'kubectl get endpoints <service-name>', shows: [/^web +10\.244\.\d+\.\d+:80 /m] },
    { run: 'kubectl exec -it <pod-name> -- ip addr', shows: ['scope global eth0'] },
    {
      run: 'kubectl logs -n kube-system -l k8s-app=cilium',
      shows: ['No resources found in kube-system namespace.'],
    },
  ],
};

const start = `
kubectl create deployment web --image=nginx
kubectl expose deployment web --port=80
kubectl run client --image=nicolaka/netshoot -- sleep infinity
kubectl create service externalname external-db --external-name database.prod.example.com
kubectl wait --for=condition=Ready pod --all --timeout=90s`;

let cluster: Cluster;
beforeAll(() => {
  cluster = boot('two-nodes', { seed: 5 });
  const done = cluster.script(start);
  expect(done.stderr).toBe('');
});

describe.each(Object.keys(sections))('outline %s', (section) => {
  it.each(sections[section]!.map((line) => [line.run, line] as const))('%s', (_name, line) => {
    const { run, node, exit = 0, shows } = line;
    const command = run.replaceAll(/<[a-z-]+>/g, (slot) => filled[slot] ?? slot);
    const quoted = command.replaceAll("'", String.raw`'\''`);
    const done = cluster.script(node ? `ssh worker-1 '${quoted}'` : command);
    const printed = done.stdout + done.stderr;
    expect(`${printed}exit ${done.exit}`).toMatch(new RegExp(`exit ${exit}$`));
    for (const each of shows) {
      if (typeof each === 'string') expect(printed).toContain(each);
      else expect(printed).toMatch(each);
    }
  });
});
