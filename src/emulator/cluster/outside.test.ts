import { beforeAll, expect, it } from 'vitest';
import { admin, boot } from './boot.ts';
import type { Cluster } from './api.ts';
import type { WatchEvent } from './outside.ts';
import type { Place, Streams } from './outside-streams.ts';

let cluster: Cluster;
const get = (url: string) => cluster.outside.handle({ method: 'GET', url }, admin);
const pass = (seconds: number) => cluster.run(cluster.world.clock.now + seconds * 1_000_000);
const pods = '/api/v1/namespaces/default/pods';

beforeAll(() => {
  cluster = boot('two-nodes', { seed: 7 });
  const loop = 'while read x; do echo got $x; done';
  cluster.script(`kubectl run box --image=busybox -- sleep 3600
kubectl run web --image=nginx
kubectl apply -f - <<'.'
apiVersion: v1
kind: Pod
metadata: {name: talk}
spec: {containers: [{name: c, image: busybox, stdin: true, command: [sh, -c, '${loop}']}]}
.
kubectl wait --for=condition=Ready pod --all --timeout=60s`);
});

const placeOf = (pod: string) => {
  const answer = get(`${pods}/${pod}/exec?command=x`);
  if (typeof answer === 'string') throw new Error(answer);
  return answer.body as unknown as Place;
};
const opened = (streams: Streams | string): Streams => {
  if (typeof streams === 'string') throw new Error(streams);
  return streams;
};

it('runs a command with pipes until its input has ended', () => {
  const command = ['sh', '-c', 'cat; echo no >&2; exit 3'];
  const streams = opened(
    cluster.outside.exec(placeOf('box'), command, { stdin: true, tty: false }),
  );
  streams.write('a\nb');
  pass(1);
  expect(streams.take()).toEqual({ stdout: 'a\nb', stderr: '' });
  expect(streams.status()).toBeUndefined();
  streams.closeInput();
  pass(1);
  expect(streams.take().stderr).toBe('no\n');
  expect(streams.status()).toEqual({ exited: 3 });
  streams.leave();
});

it('hangs up a terminal whose client has gone', () => {
  const streams = opened(
    cluster.outside.exec(placeOf('box'), ['sh'], { stdin: true, tty: true, columns: 99 }),
  );
  streams.write('sleep 1000\r');
  pass(1);
  expect(streams.take().stdout).toContain('sleep 1000');
  streams.leave();
  pass(1);
  const ps = cluster.script('ps', { pod: 'default/box' }).stdout;
  expect(ps).not.toContain('sleep 1000');
});

it('lends the input of a container to one client after another', () => {
  for (const word of ['one', 'two']) {
    const streams = opened(cluster.outside.attach(placeOf('talk'), { stdin: true, tty: false }));
    streams.write(`${word}\n`);
    pass(1);
    expect(streams.take().stdout).toBe(`got ${word}\n`);
    streams.leave();
  }
});

it('forwards what a client sends before its connection has come about', () => {
  let got = '';
  const connection = cluster.outside.forward('default/web', 80, {
    connected: () => undefined,
    data: (text) => (got += text),
    ended: () => (got += '|'),
  });
  connection?.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  pass(1);
  expect(got).toContain('HTTP/1.1 200 OK');
  const failures: (string | undefined)[] = [];
  cluster.outside.forward('default/web', 81, {
    connected: () => undefined,
    data: () => undefined,
    ended: (failure) => failures.push(failure),
  });
  pass(1);
  expect(failures).toEqual(['ECONNREFUSED']);
});

it('tells a watch once a minute how far it has heard of everything', () => {
  const events: WatchEvent[] = [];
  const url = `${pods}?watch=true&allowWatchBookmarks=true&resourceVersion=0`;
  const watch = cluster.outside.watch({ method: 'GET', url }, admin, (event) => events.push(event));
  pass(61);
  const last = events.at(-1);
  expect(last).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Pod', apiVersion: 'v1' } });
  if (typeof watch === 'object' && 'end' in watch) watch.end();
  pass(121);
  expect(events.at(-1)).toBe(last);
});

it('loses its way where the workstation does', () => {
  cluster.script('sudo ip link set eth0 down');
  expect(get('/api')).toBe('ENETUNREACH');
  cluster.script('sudo ip link set eth0 up; sudo ip route add default via 192.168.49.1');
  expect(get('/api')).toMatchObject({ status: 200 });
});
