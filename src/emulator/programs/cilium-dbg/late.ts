import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import { monitor } from './monitor.ts';
import { readState, type AgentState } from './state.ts';
import * as bpf from './bpf.ts';
import * as fqdn from './fqdn.ts';
import * as show from './show.ts';
import { status, version } from './status.ts';

type Show = (state: AgentState, words: readonly string[]) => string | { readonly error: string };

/** Commands by their words; the longest that fits is taken. */
const commands: Readonly<Record<string, Show>> = {
  status: status,
  version: version,
  'endpoint list': show.endpoints,
  'endpoint get': show.endpoint,
  'identity list': show.identities,
  'identity get': show.identity,
  'service list': bpf.services,
  'bpf lb list': bpf.lb,
  'bpf policy get': bpf.policyMap,
  'bpf ipcache list': bpf.ipcache,
  'bpf endpoint list': bpf.lxc,
  'bpf ct list': bpf.connections,
  'policy get': show.policies,
  'fqdn cache list': fqdn.cacheList,
  'fqdn names': fqdn.names,
  'policy selectors': show.selectors,
  'ip list': show.ips,
  'node list': show.nodes,
  'map list': show.maps,
  config: show.config,
};

const groups = [
  ...['bpf', 'endpoint', 'fqdn', 'fqdn cache', 'identity', 'policy', 'service', 'bpf lb'],
  'bpf policy',
];

/** Runs one command. */
const code: ProgramCode = {
  *run(argv, sys) {
    const words = argv.slice(1).filter((word) => !word.startsWith('-'));
    const options = argv.slice(1).filter((word) => word.startsWith('-'));
    if (words[0] === 'build-config') return 0;
    const state = readState(sys);
    if (typeof state === 'string') return yield* fail(sys, state);
    if (words[0] === 'monitor') return yield* monitor(sys, argv.slice(2), state);
    const name = [3, 2, 1]
      .map((count) => words.slice(0, count).join(' '))
      .find((each) => commands[each]);
    if (name === undefined) {
      const asked = words.join(' ');
      const known = groups.includes(asked) || asked === '';
      const why = known ? `${asked} needs a command` : `${asked} is not modelled here`;
      return yield* fail(sys, `cilium-dbg: ${why}`);
    }
    const rest = [...words.slice(name.split(' ').length), ...options];
    const said = (commands[name] as Show)(state, rest);
    if (typeof said !== 'string') return yield* fail(sys, said.error);
    yield* sys.write(1, said);
    return 0;
  },
};

export default code;

function* fail(sys: Sys, text: string): Call<number> {
  yield* sys.write(2, `${text}\n`);
  return 1;
}
