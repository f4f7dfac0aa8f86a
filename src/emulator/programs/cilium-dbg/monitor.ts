import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import type { BpfEvent } from '../../network/bpf/maps.ts';
import { MILLISECOND } from '../../world/time.ts';
import type { AgentState } from './state.ts';

const TYPES = [
  'agent',
  'capture',
  'debug',
  'drop',
  'l7',
  'policy-verdict',
  'recorder',
  'trace',
  'trace-sock',
];

/** `cilium-dbg monitor [--type T]… [-v]`: packets as they pass, until it is interrupted. */
export function* monitor(sys: Sys, words: readonly string[], state: AgentState): Call<number> {
  const types: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const given = /^(?:--type|-t)=(.+)$/.exec(word)?.[1];
    if (given) types.push(given);
    else if (word === '--type' || word === '-t') types.push(words[++at] ?? '');
    else if (word !== '-v' && word !== '--verbose') {
      yield* sys.write(2, `cilium-dbg: monitor ${word} is not modelled here\n`);
      return 1;
    }
  }
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) {
    yield* sys.write(
      2,
      `Error: Unknown type (${unknown}). ` +
        `Please use one of the following ones [${TYPES.join(' ')}]\n`,
    );
    return 1;
  }
  sys.setPace('stream');
  yield* sys.write(
    1,
    'Listening for events on 4 CPUs with 64x4096 of shared memory\nPress Ctrl-C to quit\n',
  );
  let last = state.events.at(-1)?.at ?? sys.now;
  for (;;) {
    yield* sys.sleep(100 * MILLISECOND);
    const fresh = sys.network.bpfEvents().filter(({ at }) => at > last);
    last = fresh.at(-1)?.at ?? last;
    const shown = fresh.filter(({ type }) => types.length === 0 || types.includes(type));
    const text = shown.map((event) => `${line(event)}\n`).join('');
    if (text !== '' && isErrno((yield* sys.write(1, text)) ?? 0)) return 1;
  }
}

/** One event as it is printed without `-v` (`pkg/monitor/datapath_*.go`). */
export function line(event: BpfEvent): string {
  const { source, destination, protocol, flags, sourceIdentity, destinationIdentity } = event;
  const kind = protocol.toLowerCase();
  const summary = `${source} -> ${destination} ${kind}${flags ? ` ${flags}` : ''}`;
  const who = `identity ${sourceIdentity}->${destinationIdentity}`;
  if (event.type === 'l7') {
    const side = event.direction === 'INGRESS' ? 'ingress' : 'egress';
    const verdict = event.verdict === 'DROPPED' ? 'Denied' : 'Forwarded';
    const parties = `from 0 ([${sourceIdentity}]) to ${event.endpoint} ([${destinationIdentity}])`;
    const result = `verdict ${verdict} ${event.http ?? ''} => 0 (${side})`;
    return `-> Request http ${parties}, ${who}, ${result}`;
  }
  if (event.type === 'drop') {
    const to = event.direction === 'INGRESS' ? event.endpoint : 0;
    const where = `flow 0x0 to endpoint ${to}, ifindex 0, file bpf_lxc.c:2082`;
    return `xx drop (${event.reason}) ${where}, , ${who}: ${summary}`;
  }
  const where =
    event.reason === 'to-endpoint' ? `endpoint ${event.endpoint}` : event.reason.replace('to-', '');
  const state = event.reply ? 'reply' : 'new';
  return `-> ${where} flow 0x0 , ${who} state ${state} ifindex 0 orig-ip 0.0.0.0: ${summary}`;
}
