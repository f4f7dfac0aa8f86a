// `kubectl run -i`: a container that is given the client's streams.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

it('gives a container what is piped into kubectl', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const text = `printf 'echo $0\\nhostname\\nexit 3\\n' | \\
kubectl run t -i --rm -q --image=busybox --restart=Never -- sh`;
  const { stdout, exit } = cluster.script(text);
  // With -q the real client says nothing of the pod's end either.
  expect(stdout).toBe('sh\nt\n');
  expect(exit).toBe(3);
});

it('gives a container the terminal, and takes it back', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  let screen = '';
  cluster.onScreen((_terminal, data) => void (screen += data));
  const wait = (text: string) => {
    for (let i = 0; i < 400 && !screen.includes(text); i++) {
      cluster.run(cluster.world.clock.now + 100_000);
    }
    expect(screen).toContain(text);
    screen = screen.slice(screen.indexOf(text) + text.length);
  };
  const type = (data: string) => cluster.dispatch({ type: 'keys', terminal: 'main', data });
  const open = { type: 'open-terminal', terminal: 'main', columns: 100, rows: 24 };
  cluster.dispatch({ ...open, host: 'workstation' });
  wait('$ ');
  type('kubectl run t -it --rm --image=busybox --restart=Never -- sh\r');
  wait('try pressing enter.');
  wait('/ # ');
  type('hostname\r');
  wait('\rt\r\n');
  type('sleep 100\r');
  cluster.run(cluster.world.clock.now + 1_000_000);
  type('\x03');
  wait('/ # ');
  type('exit\r');
  wait('pod "t" deleted');
  wait('$ ');
  type('hostname\r');
  wait('workstation');
});

it('leaves a shell alone to which nobody attaches', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  cluster.script(`kubectl run t --image=busybox --dry-run=client -o yaml > t.yaml
sed -i 's/    name: t$/    name: t\\n    stdin: true\\n    tty: true/' t.yaml
kubectl apply -f t.yaml; kubectl wait --for=condition=Ready pod/t; sleep 60`);
  expect(cluster.script('kubectl get pod t --no-headers').stdout).toMatch(/^t +1\/1 +Running +0 /);
});

it('puts a container with tools beside those of a pod', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  run('kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web');
  const debug = 'kubectl debug web --image=busybox --profile=general';
  const once = run(`${debug} -i -- wget -qO- localhost`);
  expect(once.stdout).toMatch(
    /^Defaulting debug container name to debugger-\w{5}\.\n<!DOCTYPE html>\n/,
  );
  const shell = run(`echo 'netstat -tln | grep -c :80; hostname' | ${debug} -q -c dbg -i -- sh`);
  // nginx's image listens on 0.0.0.0:80 and on [::]:80.
  expect(shell.stdout).toBe('2\nweb\n');
  expect(run('kubectl get pod web --no-headers').stdout).toMatch(/^web +1\/1 +Running +0 /);
  expect(run('kubectl describe pod web').stdout).toMatch(/Ephemeral Containers:\n {2}debugger-/);
});

it('attaches to a container that runs, and only shows what is new', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  run(`kubectl run c --image=busybox --restart=Never -- sh -c 'echo old; sleep 9; echo new'
kubectl wait --for=condition=Ready pod/c; sleep 2`);
  expect(run('kubectl attach c').stdout).toBe('new\n');
  expect(run('kubectl attach c').stderr).toBe(
    'error: cannot attach a container in a completed pod; current phase is Succeeded\n',
  );
});
