// The kubectl commands of a session in which kube-proxy's rules were recorded.
import { compare, masker } from '../oracle-kubectl.ts';
import { bootRecorded, type RecordedCluster } from '../recorded-cluster.ts';
import { prepare, type Recording, type Step } from '../recording.ts';

export interface ProxySession {
  /** Does what a step's note says. */
  note(step: Step, following: readonly Step[]): void;
  /** Runs a kubectl command, or one on a node; gives what differs. */
  run(step: Step & { readonly node?: string }): string;
}

/** How long the recorder waited after each change. */
const SETTLE = 5;

/** Boots the recorded cluster with a kube-proxy in the given mode on worker-1. */
export function createSession(file: Recording, mode: string): ProxySession {
  const recorded = bootRecorded();
  prepare(recorded, { ...file, files: {} });
  recorded.startProxy('worker-1', `mode: "${mode}"\nclusterCIDR: "10.244.0.0/16"\n`);
  recorded.wait(SETTLE);
  const mask = masker(file.volatile);
  return {
    note(step, following) {
      for (const text of notes(step.note ?? '', following)) recorded.note(text);
      recorded.wait(SETTLE);
    },
    run(step) {
      const got = runStep(recorded, step);
      const { stdout = '', stderr = '', exit = 0 } = step;
      return compare(mask, got, { stdout, stderr, exit });
    },
  };
}

function runStep(recorded: RecordedCluster, { cmd = '', stdin, node }: Step & { node?: string }) {
  if (node !== undefined) {
    const ran = recorded.run(`ssh ${node} "${cmd}"`);
    // The recorder kept lines without their carriage returns.
    return { ...ran, stdout: ran.stdout.replaceAll('\r', '') };
  }
  const got = recorded.run(cmd, stdin ?? '');
  if (/^kubectl (apply|patch|delete)/.test(cmd)) recorded.wait(SETTLE);
  return got;
}

/** A note says how many pods are unready; which ones the next listing tells. */
function notes(text: string, following: readonly Step[]): readonly string[] {
  if (!/unready/.test(text)) return [text];
  const listing = following.find(({ cmd }) => cmd === 'kubectl get pods -o wide')?.stdout ?? '';
  const names = [...listing.matchAll(/^(\S+) +0\/1/gm)].map(([, name]) => name);
  return [`pods ${names.join(',')} not ready`];
}
