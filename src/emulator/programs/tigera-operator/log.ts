import type { DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';

/** A line as zap writes it for the operator. */
export function say(
  sys: DaemonSys,
  logger: string,
  text: string,
  more: Readonly<Record<string, Json>> = {},
  level = 'info',
): void {
  const head = `{"level":"${level}","ts":"${rfc3339(sys.now)}","logger":"${logger}"`;
  const rest = Object.entries(more).map(([key, value]) => `,"${key}":${JSON.stringify(value)}`);
  sys.log(`${head},"msg":${JSON.stringify(text)}${rest.join('')}}`);
}
