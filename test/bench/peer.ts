// The same three things done by webernetes, which is installed beside the course, never into it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PeerFigure } from './figure.ts';

/** A name in a variable: the bench's own bundle must not take the bundler in. */
const bundler: string = 'vite';
const NAME = '@ngrok/webernetes';
const VERSION = '0.3.5';

/** What a run of the peer is called in the table. */
export const peerName = `webernetes ${VERSION}`;

/** What the bench uses of the peer's library. */
interface Peer {
  readonly Cluster: new () => PeerCluster;
  readonly BaseImage: new () => object;
}

interface PeerCluster {
  readonly api: { readonly corev1: { listPodForAllNamespaces(): Promise<{ items: PeerPod[] }> } };
  init(): Promise<void>;
  close(): Promise<void>;
  registerImage(image: unknown): void;
  apply(resources: readonly object[]): Promise<unknown>;
  exec(namespace: string, pod: string, container: string | undefined, argv: string[]): Promise<Ran>;
}

interface PeerPod {
  readonly metadata: { readonly namespace?: string };
  readonly status?: { readonly conditions?: { type: string; status: string }[] };
}

interface Ran {
  readonly exitCode: number;
  readonly stderr: string;
}

interface PeerProcess {
  fetch(url: string): Promise<{ readonly statusCode: number }>;
  listenHttp(port: number, answer: () => Promise<object>): void;
  waitUntilKilled(): Promise<number>;
}

/**
 * Path of the peer as one module, installed and bundled if it is not there yet (its files import
 * one another as bundlers allow and Node does not). Throws with npm's words when it cannot.
 */
export async function installPeer(root: string): Promise<string> {
  const folder = join(root, '.cache/bench');
  const out = join(folder, `webernetes-${VERSION}`);
  const path = join(out, 'main.mjs');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const wanted = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  const done = spawnSync('npm', [...wanted, `${NAME}@${VERSION}`], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    throw new Error((done.stderr || String(done.error ?? 'npm failed')).trim().slice(0, 200));
  }
  writeFileSync(join(folder, 'entry.mjs'), `export { BaseImage, Cluster } from '${NAME}';\n`);
  const { build } = (await import(/* @vite-ignore */ bundler)) as typeof import('vite');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: 'entry.mjs',
      outDir: out,
      minify: false,
      target: 'node22',
      rollupOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
  });
  return path;
}

/** One boot of the peer, timed: what a child process does for the cold figure. */
export async function bootPeerOnce(path: string): Promise<number> {
  const { Cluster } = await load(path);
  const cluster = new Cluster();
  const took = await timed(() => cluster.init());
  await cluster.close();
  return took;
}

/** Boots, lists and requests of the peer. Its boot ends when its own `init` does. */
export async function measurePeer(
  path: string,
  runs: number,
): Promise<Partial<Record<PeerFigure, number[]>>> {
  const peer = await load(path);
  const boots: number[] = [];
  for (let run = 0; run <= runs; run++) boots.push(await bootPeerOnce(path));
  const cluster = new peer.Cluster();
  cluster.registerImage(webImage(peer));
  await cluster.init();
  await cluster.apply(resources);
  const ready = ({ metadata, status }: PeerPod) =>
    metadata.namespace === 'default' &&
    status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
  const list = () => cluster.api.corev1.listPodForAllNamespaces();
  const end = performance.now() + 30_000;
  while ((await list()).items.filter(ready).length < 4) {
    if (performance.now() > end) throw new Error("the peer's pods did not become Ready");
    await new Promise((done) => setTimeout(done, 20));
  }
  const request = async () => {
    const { exitCode, stderr } = await cluster.exec('default', 'client', undefined, ['fetch']);
    if (exitCode !== 0) throw new Error(`the peer's request: ${stderr}`);
  };
  const lists: number[] = [];
  const requests: number[] = [];
  await request();
  for (let run = 0; run < runs; run++) lists.push(await timed(list));
  for (let run = 0; run < runs; run++) requests.push(await timed(request));
  await cluster.close();
  return { boot: boots.slice(1), list: lists, request: requests };
}

/** One image: a server, and a client that asks the Service by its name. */
function webImage({ BaseImage }: Peer): unknown {
  return class Web extends BaseImage {
    static readonly imageName = 'web';
    static readonly imageVersion = '1.0';
    readonly defaultCommand = ['server'];
    async exec(process: PeerProcess, argv: readonly string[]): Promise<number> {
      if (argv[0] === 'fetch')
        return (await process.fetch('http://web/')).statusCode === 200 ? 0 : 1;
      process.listenHttp(8080, async () => ({ statusCode: 200, body: 'hello\n' }));
      return await process.waitUntilKilled();
    }
  };
}

const spec = { containers: [{ name: 'web', image: 'web:1.0' }] };
const labels = { app: 'web' };
const resources = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' }, spec },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  },
];

async function load(path: string): Promise<Peer> {
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Peer;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
