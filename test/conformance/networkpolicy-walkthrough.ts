// Recipes for network policies, played by packets in a cluster whose network is Calico.
import type { Labels } from '../../src/emulator/apimachinery/object.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import type { CaseResult } from './run.ts';

type Outcome = 'allowed' | 'blocked' | 'dns-failure';

type Step =
  | { readonly do: 'kubectl'; readonly command: string }
  | { readonly do: 'manifest'; readonly object: { readonly metadata: { readonly name: string } } }
  | { readonly do: 'client'; readonly labels: Labels; readonly namespace: string }
  | {
      readonly do: 'probe';
      readonly command: string;
      readonly output: readonly string[];
      readonly outcome: Outcome;
    };

interface Recipe {
  readonly id: string;
  readonly steps: readonly Step[];
}

export const handles = (path: string): boolean =>
  path.endsWith('networkpolicy/recipes-walkthrough.json');

export function* run(file: { readonly cases: readonly Recipe[] }): Iterable<CaseResult> {
  for (const { id, steps } of file.cases) {
    const wrong = play(steps);
    yield wrong === undefined ? { id, outcome: 'pass' } : { id, outcome: 'fail', detail: wrong };
  }
}

/** Plays a recipe in a cluster of its own; gives what is not as recorded. */
function play(steps: readonly Step[]): string | undefined {
  const cluster = boot('two-nodes-calico', { seed: 7 });
  let client = '';
  let clients = 0;
  for (const step of steps) {
    if (step.do === 'kubectl') need(cluster, `${step.command}; sleep 10`);
    else if (step.do === 'manifest') {
      const path = `${step.object.metadata.name}.yaml`;
      need(cluster, `cat > ${path} <<'END'\n${JSON.stringify(step.object)}\nEND`);
      // Where a recipe replaces a manifest it does not apply it again.
      need(cluster, `kubectl apply -f ${path}; sleep 2`);
    } else if (step.do === 'client') {
      clients += 1;
      const labels = Object.entries(step.labels).map(([name, value]) => `${name}=${value}`);
      const named = labels.length > 0 ? `--labels=${labels.join(',')}` : '';
      client = `-n ${step.namespace} test-${clients}`;
      need(cluster, `kubectl run ${client} --image=alpine ${named} -- sleep 1d; sleep 10`);
    } else {
      const wrong = probe(cluster, client, step);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function need(cluster: Cluster, text: string): void {
  const { stderr, exit } = cluster.script(text);
  if (exit !== 0) throw new Error(`${text}: ${stderr}`);
}

/** A probe that would go on until somebody stops it is stopped. */
const stopped = (command: string) =>
  command.startsWith('ping ') ? `timeout 5 ${command}` : command;

function probe(
  cluster: Cluster,
  client: string,
  { command, output, outcome }: Step & { readonly do: 'probe' },
): string | undefined {
  const ran = cluster.script(`kubectl exec ${client} -- ${stopped(command)}`);
  const text = ran.stdout + ran.stderr;
  const got: Outcome =
    ran.exit === 0 ? 'allowed' : text.includes('bad address') ? 'dns-failure' : 'blocked';
  if (got !== outcome) return `$ ${command}\n${got} instead of ${outcome}:\n${text}`;
  // Remarks stand in brackets; of pages that were fetched the recipes print what they like.
  const lines = output.filter((line) => !line.startsWith('('));
  const missing = lines.find((line) => !plain(text).includes(plain(line)));
  if (outcome === 'allowed' || missing === undefined) return undefined;
  return `$ ${command}\nno line ${missing} in:\n${text}`;
}

const plain = (text: string) => text.replaceAll(/\b\d+\.\d+\.\d+\.\d+\b/g, '<ip>');
