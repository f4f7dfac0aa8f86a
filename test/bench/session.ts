// Figures of a session as the page sees it: from Enter to the prompt, in the Worker's own loop.
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { createDriver, type LabHooks } from '../../src/session/driver.ts';
import type { FromEmulator, Input } from '../../src/session/protocol.ts';
import { sample, timed } from './figure.ts';
import { measure, type Measure } from './measure.ts';

/** How often the Worker's timer ticks, in milliseconds: a frame of a screen. */
const FRAME = 16;
/** A command's answer should be there in two frames, in milliseconds. */
const TWO_FRAMES = 33;
const MOST_FRAMES = 2_000;

/** Commands that answer at once on a real machine, too. */
const commands = ['kubectl get pods -A', 'kubectl get nodes -o wide', 'ip addr', 'curl -s web'];

/** Time from Enter to the next prompt: computing, and the frames that are waited for in between. */
export const sessionMeasures: readonly Measure[] = commands.map((command) =>
  measure(`in a terminal: ${command}`, TWO_FRAMES, (runs) => {
    const page = openPage();
    page.type('kubectl create deployment web --image=nginx --replicas=3');
    page.type('kubectl expose deployment web --port=80');
    page.type('kubectl rollout status deployment web');
    page.type('echo "$(kubectl get svc web -o jsonpath={.spec.clusterIP}) web" >> /etc/hosts');
    page.type(command);
    return sample(runs, () => page.type(command));
  }),
);

/** A session with an open terminal; `type` gives the milliseconds that a line took. */
function openPage(): { type(line: string): number } {
  let cluster: Cluster | undefined;
  const driver = createDriver({
    boot: (topology, options) => (cluster = boot(topology, options)),
    lab: () => undefined as unknown as LabHooks,
    wall: () => performance.now(),
    emit(message: FromEmulator) {
      if (message.type === 'fault') throw new Error(message.message);
    },
  });
  const input = (each: Input) => driver.receive({ type: 'input', input: each });
  driver.receive({ type: 'boot', topology: 'two-nodes', seed: 7, language: 'en' });
  const host = 'control-plane';
  const isBusy = () => cluster?.terminals().some(({ state }) => state !== 'idle') ?? true;
  /** Frames until the prompt is back; what a tick needs beyond its frame counts as well. */
  const untilIdle = (): number => {
    let took = 0;
    for (let frames = 0; isBusy(); frames++) {
      if (frames > MOST_FRAMES) throw new Error('the prompt did not come back');
      took += Math.max(
        FRAME,
        timed(() => driver.tick(FRAME)),
      );
    }
    return took;
  };
  input({ type: 'open-terminal', terminal: 'main', columns: 100, rows: 24, host });
  untilIdle();
  return {
    type(line) {
      const took = timed(() => input({ type: 'keys', terminal: 'main', data: `${line}\r` }));
      return took + untilIdle();
    },
  };
}
