import type { Call } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { has, type Failure, type Figures, type Session } from './session.ts';

/** How often a transfer is still tried again, and how long the next pause is. */
export interface Retries {
  left: number;
  pause: number;
  readonly until: number;
}

const LONGEST_PAUSE = 600 * SECOND;
/** Answers that another try may better. */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

/** What `--retry` and its relatives ask for. */
export function newRetries({ sys, settings }: Session): Retries {
  const number = (name: string) => Number(settings.values[name] ?? 0);
  const most = number('retryMaxTime') * SECOND;
  return {
    left: number('retry'),
    pause: (number('retryDelay') || 1) * SECOND,
    until: most > 0 ? sys.now + most : Infinity,
  };
}

/** Pauses where a transfer is worth another try (retrycheck of tool_operate.c); else false. */
export function* pauseForRetry(
  session: Session,
  retries: Retries,
  failure: Failure | undefined,
  { status }: Figures,
): Call<boolean> {
  const { sys, settings } = session;
  const why = problemOf(session, failure, status);
  if (why === undefined || retries.left <= 0 || sys.now >= retries.until) return false;
  const seconds = Math.floor(retries.pause / SECOND);
  const left = `${retries.left} retr${retries.left === 1 ? 'y' : 'ies'} left.`;
  if (!has(session, 'silent')) {
    const text = `Problem: ${why}. Will retry in ${seconds} seconds. ${left}`;
    yield* sys.write(2, wrapped(text));
  }
  retries.left -= 1;
  yield* sys.sleep(retries.pause);
  if (settings.values['retryDelay'] === undefined) {
    retries.pause = Math.min(2 * retries.pause, LONGEST_PAUSE);
  }
  return true;
}

function problemOf(
  session: Session,
  failure: Failure | undefined,
  status: number,
): string | undefined {
  if (failure?.told) return undefined;
  if (failure && [28, 6].includes(failure.code)) return 'timeout';
  if (failure?.code === 7 && has(session, 'retryRefused')) return 'connection refused';
  if ((!failure || failure.code === 22) && TRANSIENT.has(status)) return 'HTTP error';
  return failure && has(session, 'retryAllErrors') ? '(retrying all errors)' : undefined;
}

const WIDTH = 79;

/** A warning in lines that fit a terminal, each with its head (warnf of tool_msgs.c). */
function wrapped(text: string): string {
  const head = 'Warning: ';
  const room = WIDTH - head.length;
  let lines = '';
  let rest = text;
  while (rest.length > room) {
    const cut = rest.lastIndexOf(' ', room - 1) + 1 || room;
    lines += `${head}${rest.slice(0, cut)}\n`;
    rest = rest.slice(cut);
  }
  return `${lines}${head}${rest}\n`;
}
