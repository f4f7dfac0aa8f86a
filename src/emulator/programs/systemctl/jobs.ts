import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { Call } from '../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import type { Tool } from '../gnu/tool.ts';
import { mainProcess, type Unit } from './unit.ts';

/** After so long a unit that does not end is killed (`TimeoutStopSec`). */
const STOP = 90 * SECOND;

const say = (runtime: ContainerRuntime, { name }: Unit, text: string) =>
  runtime.note(name.replace(/\.service$/, ''), 1, `${text}\n`);

/** Starts a unit that does not run; root only. The exit code. */
export function* start({ sys }: Tool, unit: Unit): Call<number> {
  const { runtime } = sys;
  if (!runtime || mainProcess(sys, unit)) return 0;
  const { name, description, command } = unit;
  const started = runtime.startUnit(command);
  if (typeof started === 'string') {
    const [program = ''] = command;
    say(
      runtime,
      unit,
      `${name}: Failed to locate executable ${program}: No such file or directory`,
    );
    say(runtime, unit, `${name}: Main process exited, code=exited, status=203/EXEC`);
    say(runtime, unit, `${name}: Failed with result 'exit-code'.`);
    return 0;
  }
  say(runtime, unit, `Started ${name} - ${description}.`);
  yield* sys.sleep(20 * MILLISECOND);
  return 0;
}

/** Stops a unit and waits until it has ended; root only. The exit code. */
export function* stop({ sys }: Tool, unit: Unit): Call<number> {
  const { runtime } = sys;
  const process = mainProcess(sys, unit);
  if (!runtime || !process) return 0;
  const { name, description } = unit;
  say(runtime, unit, `Stopping ${name} - ${description}...`);
  sys.kill(process.pid, 'TERM');
  const since = sys.now;
  while (runtime.isAlive(process.pid)) {
    yield* sys.sleep(10 * MILLISECOND);
    if (sys.now - since > STOP) sys.kill(process.pid, 'KILL');
  }
  say(runtime, unit, `${name}: Deactivated successfully.`);
  say(runtime, unit, `Stopped ${name} - ${description}.`);
  return 0;
}
