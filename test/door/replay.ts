// `npm run replay`: recorded kubectl sessions, given to a real kubectl at the door.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import type { Pod } from '../../src/emulator/resources/pod-template/shapes.ts';
import { bootRecorded } from '../conformance/recorded-cluster.ts';
import { isDual, prepare, type Recording, type Step } from '../conformance/recording.ts';
import { findKubectl } from './kubectl.ts';
import { createPair, isSame, type Outcome } from './pair.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared' },
    only: { type: 'string', default: '' },
    details: { type: 'boolean', default: false },
  },
});
const kubectl = findKubectl();
const folder = join(resolve(values.data), 'oracle/kubectl');
let [steps, differing] = [0, 0];
for (const file of readdirSync(folder).filter((name) => name.startsWith(values.only))) {
  const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
  const differences = await replay(recording);
  differing += differences.length;
  const count = recording.steps.filter(isPlain).length;
  steps += count;
  console.log(`${recording.name}: ${count - differences.length} of ${count} the same`);
  if (values.details) for (const each of differences) console.log(each);
}
console.log(`${steps - differing} of ${steps} steps the same, ${differing} differ`);
process.exit(differing > 0 ? 1 : 0);

/** Whether a step is kubectl alone: no other programs, nothing in the background. */
function isPlain({ cmd = '' }: Step): boolean {
  return /^kubectl\b/.test(cmd) && !/[|&;<>`]|\$\(|\b(edit|proxy)\b/.test(cmd);
}

/** Plays a recording with both clients; gives what differs, as text. */
async function replay(recording: Recording): Promise<string[]> {
  const { files, steps: list } = recording;
  const dual = isDual(recording);
  const start = (Date.now() - 120_000) * 1_000;
  const [ahead, behind] = [bootRecorded(dual, start), bootRecorded(dual, start)];
  const pair = await createPair(ahead.cluster, behind.cluster, kubectl);
  const differences: string[] = [];
  let settled = true;
  for (const [path, text] of Object.entries(files)) pair.writeFile(path, text);
  for (const each of [ahead, behind]) prepare(each, recording);
  for (const step of list) {
    const stdin = step.stdin ?? '';
    // What the recordings' stand-in for kubelets is about to do is in no mark: only while it is
    // about to do nothing are the two made equal.
    if (settled || isSteady(ahead.cluster)) pair.sync();
    settled = step.action?.startsWith('wait') ?? false;
    if (step.file !== undefined) pair.writeFile(step.file, step.content ?? '');
    else if (step.action?.startsWith('wait')) {
      const time = step.action === 'wait' ? (step.seconds ?? 1) : 'settled';
      for (const each of [ahead, behind]) each.wait(time);
    } else if (step.action === 'kubelet')
      for (const each of [ahead, behind]) each.note(step.note ?? '');
    else if (step.cmd !== undefined && isPlain(step)) {
      const { own, real } = await pair.run(step.cmd, stdin);
      if (!isSame(own, real)) differences.push(tell(step, own, real));
    } else if (step.cmd !== undefined) {
      for (const each of [ahead, behind]) each.run(step.cmd, stdin);
    }
  }
  await pair.close();
  return differences;
}

/** Whether no pod is on its way to another state. */
function isSteady(cluster: Cluster): boolean {
  return (cluster.objects('pods') as readonly Pod[]).every(({ metadata, status }) => {
    const ready = status?.conditions?.some(
      (each) => each.type === 'Ready' && each.status === 'True',
    );
    const waits = status?.conditions?.some(
      (each) => each.type === 'PodScheduled' && each.status === 'False',
    );
    return (
      !metadata.deletionTimestamp &&
      (ready || waits || /Succeeded|Failed/.test(status?.phase ?? ''))
    );
  });
}

function tell({ cmd }: Step, own: Outcome, real: Outcome): string {
  const parts = [`✗ $ ${cmd}`];
  for (const stream of ['stdout', 'stderr'] as const) {
    if (own[stream] === real[stream]) continue;
    parts.push(`--- ${stream}, real\n${real[stream]}+++ ${stream}, ours\n${own[stream]}`);
  }
  if (own.exit !== real.exit) parts.push(`exit ${own.exit}, real ${real.exit}`);
  return parts.join('\n');
}
