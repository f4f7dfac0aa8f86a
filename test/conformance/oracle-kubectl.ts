import { bootRecorded, type RecordedCluster } from './recorded-cluster.ts';
import { isDual, prepare, type Recording, type Step } from './recording.ts';
import type { CaseResult } from './run.ts';

/** Recorded kubectl sessions: each file is played on a cluster of its own. */
export const handles = (path: string) => path.startsWith('oracle/kubectl/');

export function* run(file: Recording): Iterable<CaseResult> {
  const recorded = bootRecorded(isDual(file));
  for (const [name, text] of Object.entries(file.files)) recorded.writeFile(name, text);
  prepare(recorded, file);
  const mask = masker(file.volatile);
  let number = 0;
  for (const step of file.steps) {
    if (step.cmd === undefined) {
      act(recorded, step);
      continue;
    }
    number += 1;
    const id = `${file.name}/${String(number).padStart(2, '0')}`;
    const got = recorded.run(step.cmd, step.stdin ?? '');
    const want = { stdout: step.stdout ?? '', stderr: step.stderr ?? '', exit: step.exit ?? 0 };
    const differences = compare(mask, got, want);
    if (differences === '') yield { id, outcome: 'pass' };
    else if (/is not modelled here/.test(got.stderr)) yield { id, outcome: 'unsupported' };
    else yield { id, outcome: 'fail', detail: `$ ${step.cmd}\n${differences}` };
  }
}

function act(recorded: RecordedCluster, step: Step): void {
  if (step.file !== undefined) recorded.writeFile(step.file, step.content ?? '');
  else if (step.action === 'wait') recorded.wait(step.seconds ?? 1);
  else if (step.action === 'wait until the cluster is settled') recorded.wait('settled');
  else if (step.action === 'kubelet') recorded.note(step.note ?? '');
}

/** Ids go first: to the recording's own expressions a part of one may look like a time. */
const uid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** So does a part of the time that a pull took. */
const pulled = /\bin [\d.]+m?s \([\d.]+m?s including waiting\)/g;
/** Names that a deployment's controller gives, for the same reason. */
const generated = /-[bcdf-hj-np-tv-z2-9]{8,10}-[bcdf-hj-np-tv-z2-9]{5}\b/g;

/** Cluster IPs of the second family, which are drawn by lot as those of the first. */
const clusterIPv6 = /\bfd00:10:96::[0-9a-f:]+/g;

/** What the recording's stand-in for a kubelet made up, and what the scheduler drew by lot. */
const plausible: readonly (readonly [RegExp, string])[] = [
  [/\b(Machine ID|System UUID|Boot ID):( +)\S+/g, '$1:$2<id>'],
  // In names the recordings take these hashes for what varies; they are of dumps of Go's structs.
  [/(pod-template|controller-revision)-hash([=:] ?)[a-z0-9]+/g, '$1-hash$2<hash>'],
  [/\bworker-[12]\b/g, 'worker-<n>'],
  [/\b192\.168\.49\.[34]\b/g, '192.168.49.<n>'],
  [/containerd:\/\/[0-9a-f]{64}/g, 'containerd://<id>'],
  [/sha256:[0-9a-f]{64}/g, 'sha256:<digest>'],
  [/Image size: \d+ bytes/g, 'Image size: <n> bytes'],
  [/\b\d+(\.\d+)?m?s\b/g, '<time>'],
];

/** Puts fixed marks in place of what differs from run to run, and one blank for a run of them. */
export function masker(patterns: readonly string[]): (text: string) => string {
  const masks = patterns.map((pattern) => new RegExp(pattern, 'g'));
  return (text) => {
    let masked = text
      // The recordings leave their working directory out of paths in it; kubectl prints it.
      .replaceAll('/home/learner/w/', '')
      .replaceAll('/home/learner/w', 'w')
      .replaceAll('$HOME', '/home/learner')
      .replaceAll('/tmp/', '$TMPDIR/')
      .replaceAll('https://127.0.0.1:6443', 'https://192.168.49.2:6443')
      .replaceAll(uid, '<uid>')
      .replaceAll(clusterIPv6, '<ip>')
      .replaceAll(pulled, 'in <time>')
      .replaceAll(generated, '<*>');
    for (const mask of masks) masked = masked.replaceAll(mask, '<*>');
    for (const [mask, mark] of plausible) masked = masked.replaceAll(mask, mark);
    return masked.replaceAll(/[ \t]+/g, ' ').replaceAll(/-{3,}/g, '---');
  };
}

export function compare(
  mask: (text: string) => string,
  got: { readonly stdout: string; readonly stderr: string; readonly exit: number },
  want: { readonly stdout: string; readonly stderr: string; readonly exit: number },
): string {
  const parts: string[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    const [own, other] = [mask(got[stream]), mask(want[stream])];
    if (own !== other && sortedLines(own) !== sortedLines(other)) {
      parts.push(`--- ${stream}, recorded\n${want[stream]}+++ ${stream}, ours\n${got[stream]}`);
    }
  }
  if (got.exit !== want.exit) parts.push(`exit ${got.exit}, recorded ${want.exit}\n`);
  return parts.join('');
}

/**
 * Lines, and what a line lists, in order of their text: what comes from a map or within one second
 * has no fixed order.
 */
function sortedLines(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split(/[,;:] ?/)
        .sort()
        .join(', '),
    )
    .sort()
    .join('\n');
}
