// A Service with a wrong target port, repaired; rules flushed, and brought back by kube-proxy.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

const manifest = `apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  type: ClusterIP
  selector:
    app: my-app
  ports:
    - protocol: TCP
      port: 80
      targetPort: 9376
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
spec:
  replicas: 2
  selector:
    matchLabels: {app: my-app}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      containers:
        - name: nginx
          image: nginx
`;

const ASK = 'kubectl exec client -- curl -sS -m 2 my-service';
const TITLE = '<title>Welcome to nginx!</title>';
const REFUSED =
  /^curl: \(7\) Failed to connect to my-service port 80 after \d+ ms: Couldn't connect to server\n/;

function start() {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  cluster.writeFile('/home/learner/app.yaml', manifest);
  const made = run(`kubectl apply -f app.yaml
kubectl run client --image=curlimages/curl --restart=Never -- sleep 1d
kubectl wait --for=condition=Available deploy/my-app
kubectl wait --for=condition=Ready pod/client`);
  expect(made).toMatchObject({ stderr: '', exit: 0 });
  expect(made.stdout).toContain('service/my-service created\ndeployment.apps/my-app created\n');
  run('sleep 2');
  return run;
}

it('is refused at a port where nobody listens, and works once the port is right', () => {
  const run = start();
  const listed = run('kubectl get svc,endpointslices').stdout;
  expect(listed).toMatch(/service\/my-service +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP /);
  const pair = /slice\S+\/my-service-\w+ +IPv4 +9376 +10\.244\.\d\.\d+,10\.244\.\d\.\d+ /;
  expect(listed).toMatch(pair);
  const described = run('kubectl describe svc my-service').stdout;
  expect(described).toMatch(/^Port: +<unset> +80\/TCP\nTargetPort: +9376\/TCP\n/m);
  expect(described).toMatch(/^Endpoints: +10\.244\.\d\.\d+:9376,10\.244\.\d\.\d+:9376\n/m);

  const refused = run(ASK);
  expect(refused.stderr).toMatch(REFUSED);
  expect(refused.stderr).toContain('command terminated with exit code 7\n');
  expect(refused.exit).toBe(7);

  const ports = '{"spec":{"ports":[{"port":80,"targetPort":80}]}}';
  expect(run(`kubectl patch svc my-service -p '${ports}'`).stdout).toBe(
    'service/my-service patched\n',
  );
  run('sleep 2');
  expect(run(ASK).stdout).toContain(TITLE);

  run("sed -i 's/targetPort: 9376/targetPort: 81/' app.yaml");
  const applied = run('kubectl apply -f app.yaml').stdout;
  expect(applied).toBe('service/my-service configured\ndeployment.apps/my-app unchanged\n');
  run('sleep 2');
  expect(run(ASK).stderr).toMatch(REFUSED);
});

it('is cut off by flushing the rules, until kube-proxy writes them again', () => {
  const run = start();
  run(`kubectl patch svc my-service -p '{"spec":{"ports":[{"port":80,"targetPort":80}]}}'`);
  run('sleep 2');
  const node = run('kubectl get pod client -o jsonpath={.spec.nodeName}').stdout;
  const ip = run('kubectl get svc my-service -o jsonpath={.spec.clusterIP}').stdout;
  const byAddress = ASK.replace('my-service', ip);
  expect(run(byAddress).stdout).toContain(TITLE);

  const dnat = /^ +\d+ +\d+ DNAT +6 .* \/\* default\/my-service \*\/ tcp to:10\.244\.\d\.\d+:80$/gm;
  const listed = run(`ssh ${node} iptables -t nat -L -n -v`).stdout;
  expect(listed.match(dnat)).toHaveLength(2);
  expect(listed).toMatch(new RegExp(`^ +1 +60 KUBE-SVC-\\w+ +6 .* ${ip} .* tcp dpt:80$`, 'm'));
  const saved = run(`ssh ${node} sudo iptables-save`).stdout;
  expect(saved).toContain(`-A KUBE-SERVICES -d ${ip}/32 -p tcp -m comment --comment `);

  expect(run(`ssh ${node} iptables -t nat -F`)).toEqual({ stdout: '', stderr: '', exit: 0 });
  expect(run(`ssh ${node} iptables -t nat -S`).stdout).not.toMatch(/^-A/m);
  const lost = run(byAddress);
  expect(lost.stderr).toMatch(/^curl: \(28\) Connection timed out after 20\d\d milliseconds\n/);
  expect(lost.exit).toBe(28);

  run('sleep 30');
  expect(run(byAddress).stdout).toContain(TITLE);
  expect(run(ASK).stdout).toContain(TITLE);
});
