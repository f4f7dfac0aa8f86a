// The same seed and inputs give the same bytes, also by way of a save at any moment.
import { describe, expect, it } from 'vitest';
import type { Cluster, SavedCluster } from '../src/emulator/cluster/api.ts';
import { boot } from '../src/emulator/cluster/boot.ts';
import { createChance } from '../src/emulator/world/chance.ts';

const TERMINAL = 'main';
const SECOND = 1_000_000;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}`;

const service = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}`;

/** Lines that are typed one after another; each waits for the prompt, `+2s` lets time pass. */
const sessions: Readonly<Record<string, readonly string[]>> = {
  'apply and rollout': [
    `cat > web.yaml <<'END'\n${deployment}\n---\n${service}\nEND`,
    'kubectl apply -f web.yaml',
    'kubectl rollout status deployment/web',
    'kubectl set image deployment/web web=nginx:1.27',
    '+700ms',
    'kubectl get pods -o wide',
    'kubectl rollout status deployment/web --timeout=60s',
    'kubectl rollout undo deployment/web && kubectl rollout history deployment/web',
    'kubectl get events | tail -5; kubectl get rs',
  ],
  'exec and curl': [
    'kubectl create deployment web --image=nginx --replicas=2',
    'kubectl expose deployment web --port=80',
    'kubectl wait --for=condition=Available deployment/web --timeout=60s',
    'kubectl run box --image=nicolaka/netshoot -- sleep 1d',
    'kubectl wait --for=condition=Ready pod/box',
    'kubectl exec box -- curl -s web | head -4',
    'kubectl exec -it box -- sh',
    'curl -sI web; cat /etc/resolv.conf; x=5',
    'echo $x; exit',
    'for i in 1 2 3; do kubectl exec box -- curl -s -o /dev/null -w "%{http_code}\\n" web; done',
  ],
  'ssh and iptables': [
    'kubectl create deployment web --image=nginx; kubectl expose deployment web --port 80',
    '+3s',
    'ssh worker-1',
    'sudo iptables -t nat -S KUBE-SERVICES | sort | head -20',
    'sudo iptables -A INPUT -p tcp --dport 81 -j DROP; sudo iptables -L INPUT -n -v | tail -3',
    'ip route; ip -br addr; conntrack -L 2>/dev/null | wc -l',
    'exit',
    'ssh worker-2 "hostname; ss -tln | awk \'NR > 1 { print \\$4 }\' | sort -u"',
  ],
  'pipes and jobs': [
    "seq 1 200 | awk '{ s += $1 } END { print s }' | tee sum | sed 's/^/sum: /'",
    'alias k=kubectl; k get nodes | grep -c Ready; export X=1; cd /tmp; pwd',
    'sleep 30 & sleep 1; jobs; kill %1; wait; jobs',
    'f() { echo "$1 $RANDOM"; }; f a; f b; echo $$ $!',
    'while read -r line; do echo "got $line"; done <<< "$(printf "1\\n2\\n")"; date',
    "kubectl get pods -A | awk 'NR > 1 { n[$1]++ } END { for (k in n) print k, n[k] }' | sort",
  ],
};

describe('sessions', () => {
  for (const [name, lines] of Object.entries(sessions)) {
    it(`${name}: the same bytes twice, and through saves`, () => {
      const first = start(7);
      const second = start(7);
      const { number } = createChance(lines.length);
      for (const [index, line] of lines.entries()) {
        play(first, line);
        play(second, line, number(`stop/${name}/${index}`));
        expect(second.screen).toBe(first.screen);
      }
      pass(first, 5 * SECOND);
      pass(second, first.cluster.world.clock.now - second.cluster.world.clock.now);
      expect(different(dump(first.cluster), dump(second.cluster))).toEqual([]);
      expect(first.screen).not.toContain('command not found');
    });
  }

  it('a line that is half typed, and one that goes on, outlive a save', () => {
    const [first, second] = [start(3), start(3)];
    const keys = [
      'echo 가나',
      '\x7f',
      '다\x1b[D',
      '라\r',
      'for i in 1 2\r',
      'do ec',
      'ho $i\r',
      'done\r',
    ];
    for (const data of keys) {
      for (const player of [first, second]) {
        player.cluster.dispatch({ type: 'keys', terminal: TERMINAL, data });
        pass(player, SECOND);
      }
      restore(second);
      expect(second.screen).toBe(first.screen);
    }
    expect(first.screen).toContain('\r가라다\r\n');
    expect(first.screen).toContain('\r1\r\n2\r\n');
  });
});

/** A cluster with a terminal, and all that the terminal has shown. */
interface Player {
  cluster: Cluster;
  screen: string;
}

function start(seed: number): Player {
  const player: Player = { cluster: boot('two-nodes', { seed }), screen: '' };
  listen(player);
  const open = { type: 'open-terminal', terminal: TERMINAL, columns: 100, rows: 24 };
  player.cluster.dispatch({ ...open, host: 'workstation' });
  pass(player, SECOND);
  return player;
}

function listen(player: Player): void {
  player.cluster.onScreen((_terminal, data) => (player.screen += data));
}

/**
 * Types a line and waits for the prompt. With a place between 0 and 1 the cluster is saved and made
 * again: right before the line for the lower half, in the midst of the command for the upper.
 */
function play(player: Player, line: string, place?: number): void {
  const wait = /^\+(\d+)(m?s)$/.exec(line);
  if (place !== undefined && place < 0.5) restore(player);
  if (wait) return pass(player, Number(wait[1]) * (wait[2] === 's' ? SECOND : 1000));
  player.cluster.dispatch({ type: 'line', terminal: TERMINAL, text: line });
  const midst = place !== undefined && place >= 0.5 ? Math.ceil((place - 0.5) * 40) : -1;
  for (let stride = 0; stride < 3_000; stride++) {
    if (stride === midst) restore(player);
    pass(player, SECOND / 20);
    const [terminal] = player.cluster.terminals();
    if (terminal?.state === 'idle' || prompts(player.screen)) break;
  }
}

/** Whether a shell within the session waits at its prompt. */
function prompts(screen: string): boolean {
  return /(?:[#$] |\u001b\[\?2004h[^\n]*[#$] )$/.test(screen);
}

function pass({ cluster }: Player, time: number): void {
  cluster.run(cluster.world.clock.now + time);
}

/** Goes on with a new cluster that is made from a save of the old one. */
function restore(player: Player): void {
  const { now } = player.cluster.world.clock;
  const before = dump(player.cluster);
  const saved = JSON.parse(JSON.stringify(player.cluster.save())) as SavedCluster;
  player.cluster = boot('two-nodes', { seed: player.cluster.seed, saved });
  // What is run again has been shown before.
  player.cluster.run(now);
  expect(different(before, dump(player.cluster))).toEqual([]);
  listen(player);
}

/** All records, what is to come, and the rest of a world, a line each. */
function dump({ world }: Cluster): string[] {
  const { store, queue, ...rest } = world.save();
  const text = (each: unknown) => JSON.stringify(each, inOrder);
  const { rows, history, ...revisions } = store;
  const lists = [rows, history, queue.pending].flatMap((list: readonly unknown[]) =>
    list.map(text),
  );
  return [...lists, text(revisions), text(queue.seq), text(rest)];
}

/** Fields in the order of their names: which was set first tells nothing. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first lines that are not in both. */
function different(first: readonly string[], second: readonly string[]): string[] {
  const [one, other] = [new Set(first), new Set(second)];
  const gone = first.filter((line) => !other.has(line)).map((line) => `- ${line}`);
  const come = second.filter((line) => !one.has(line)).map((line) => `+ ${line}`);
  return [...gone.slice(0, 10), ...come.slice(0, 10)].map((line) => line.slice(0, 2_000));
}
