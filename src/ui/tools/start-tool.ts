import type { SessionClient } from '../../session/client.ts';
import type { TopologyView } from '../../session/protocol.ts';
import { openLens } from '../lens/lens.ts';
import { CLUSTER_SEED, startOf } from '../session/seed.ts';
import { isLanguage, strings } from '../strings/strings.ts';
import type { PwTerminal } from '../terminal/terminal.ts';
import type { ClusterToolName } from './names.ts';
import { sampleOf } from './sample.ts';

const SAMPLE = 'sample.yaml';
/** The sample is given so long to come up; then the picture is shown with what there is. */
const LONGEST_MILLIS = 20_000;

/** Wires the page of an explorable: its cluster starts when the reader asks for it. */
export function startTool(): void {
  const root = document.querySelector<HTMLElement>('[data-cluster-tool]');
  const button = root?.querySelector<HTMLButtonElement>('.open');
  if (!root || !button) return;
  button.addEventListener('click', () => {
    button.disabled = true;
    void start(root).catch((error: Error) => {
      button.disabled = false;
      root.querySelector('.state')!.textContent = error.message;
    });
  });
}

async function start(root: HTMLElement): Promise<void> {
  const tool = root.dataset['clusterTool'] as ClusterToolName;
  const lang = document.documentElement.lang;
  const language = isLanguage(lang) ? lang : 'ko';
  const t = strings(language);
  const state = root.querySelector<HTMLElement>('.state')!;
  // Policies are nothing but words where nobody enforces them: the matrix has no choice.
  const topology = root.querySelector<HTMLSelectElement>('.network')?.value ?? 'two-nodes-calico';
  state.textContent = t('cluster.starting');
  const [{ openLasting }] = await Promise.all([
    import('../session/lasting.ts'),
    import('../terminal/terminal.ts'),
  ]);
  const client = await openLasting({
    ...{ name: `tool/${tool}/${topology}`, topology, seed: CLUSTER_SEED, language, version: 1 },
    start: startOf(topology),
  });
  client.on('fault', ({ over }) => {
    state.textContent = t(over ? 'cluster.fault' : 'cluster.again');
  });
  root.querySelector<HTMLElement>('.start')!.hidden = true;
  const terminal = document.createElement('pw-terminal') as PwTerminal;
  terminal.setAttribute('language', language);
  root.querySelector('.desk')!.append(terminal);
  await terminal.attach(client);
  const waiting = root.querySelector<HTMLElement>('.wait')!;
  waiting.textContent = t('tools.wait');
  await sampled(client, tool);
  waiting.textContent = '';
  const host = root.querySelector<HTMLElement>('.lens')!;
  const lens = await openLens({ host, client, language, closable: false }, tool);
  if (tool === 'trace') {
    const request = { from: 'default/client', to: 'web', port: 80, protocol: 'TCP' as const };
    await lens.follow?.(request);
  }
}

/** Applies the sample unless it is there, and waits until its pods run. */
function sampled(client: SessionClient, tool: ClusterToolName): Promise<void> {
  return new Promise((done) => {
    let applied = false;
    const end = setTimeout(done, LONGEST_MILLIS);
    const off = client.on('view', ({ view, value }) => {
      if (view !== 'topology') return;
      const pods = (value as unknown as TopologyView).nodes.flatMap((node) => node.pods);
      const own = pods.filter(({ system }) => !system);
      if (own.length === 0 && !applied) {
        applied = true;
        const path = `/home/learner/${SAMPLE}`;
        const input = { type: 'write-file', path, text: sampleOf(tool) } as const;
        client.send({ type: 'input', input });
        const text = `kubectl apply -f ${SAMPLE}`;
        client.send({ type: 'input', input: { type: 'line', terminal: 'main', text } });
      }
      if (own.length < 4 || own.some(({ ready }) => !ready)) return;
      off();
      clearTimeout(end);
      // Rules reach the nodes a moment after the pods are ready.
      setTimeout(done, 1_500);
    });
    client.send({ type: 'observe', view: 'topology' });
  });
}
