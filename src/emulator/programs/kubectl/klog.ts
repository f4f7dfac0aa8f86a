import { goDuration } from '../../apimachinery/duration.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
import type { Context } from './command.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** A line as klog writes it: `E1123 00:24:50.880350    8854 memcache.go:265] …`. */
export function klogLine(
  sys: Sys,
  level: 'E' | 'W' | 'I' | 'F',
  place: string,
  text: string,
): string {
  const c = civil(sys.now);
  const micros = String(c.micros).padStart(6, '0');
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${micros}`;
  const pid = String(sys.pid).padStart(7);
  return `${level}${two(c.month)}${two(c.day)} ${time} ${pid} ${place}] ${text}\n`;
}

/** A line that is only logged at a level of `-v` and above. */
export function* verbose(context: Context, level: number, place: string, text: string): Call<void> {
  if (context.flags.number('v') < level) return;
  yield* context.err(klogLine(context.sys, 'I', place, text));
}

/** How often discovery is tried where it is not in the cache. */
const TRIES = 5;

/** What discovery logs for each of its attempts when the server does not answer. */
export function* tellDiscoveryFailure(sys: Sys, context: Context, text: string): Call<void> {
  const { url, options } = context.config();
  const { address, port } = options.server;
  const shown = address === 'localhost' ? '127.0.0.1' : address;
  const refused = /was refused/.test(text);
  const cause = refused
    ? `dial tcp ${shown}:${port}: connect: connection refused`
    : text.replace(/^Unable to connect to the server: /, '');
  const limit = options.timeout === undefined ? '32s' : goDuration(options.timeout);
  const asked = `Get \\"${url}/api?timeout=${limit}\\"`;
  const why = `couldn't get current server API group list: ${asked}: ${cause}`;
  for (let i = 0; i < TRIES; i++) {
    if (i > 0) yield* sys.api({ method: 'GET', url: '/api' }, options);
    yield* sys.write(2, klogLine(sys, 'E', 'memcache.go:265', `"Unhandled Error" err="${why}"`));
  }
}
