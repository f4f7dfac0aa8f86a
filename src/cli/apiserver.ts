// `npm run apiserver`: the emulated cluster for clients of one's own.
import { boot, admin } from '../emulator/cluster/boot.ts';
import { followWall } from '../door/pace.ts';
import { createHttp, listen } from '../door/server.ts';
import { writeFileSync } from 'node:fs';

const LEAD = 120_000_000;
const wall = () => Date.now() * 1000;
const cluster = boot('two-nodes', { seed: 7, start: wall() - LEAD });
const pace = followWall(cluster, wall);
pace.catchUp();
const server = createHttp({ cluster, pace, authenticate: () => admin });
const port = await listen(server, Number(process.argv[2] ?? 8001), '127.0.0.1');
writeFileSync(
  '/tmp/door-kubeconfig',
  `apiVersion: v1
kind: Config
clusters:
- name: podways
  cluster: {server: 'http://127.0.0.1:${port}'}
contexts:
- name: podways
  context: {cluster: podways, user: admin}
current-context: podways
users:
- name: admin
  user: {}
`,
);
console.log('export KUBECONFIG=/tmp/door-kubeconfig');
