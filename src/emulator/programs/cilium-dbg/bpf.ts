import type { PolicyEntry } from '../../network/bpf/maps.ts';
import { byKey, columns } from './columns.ts';
import type { AgentState } from './state.ts';

const has = (words: readonly string[], ...names: readonly string[]) =>
  words.some((word) => names.includes(word));

const split = (key: string) => {
  const [address = '', protocol = 'TCP'] = key.split('/');
  return { address, protocol };
};

/** `cilium-dbg service list`. */
export function services(state: AgentState): string {
  const rows = [...state.lb]
    .sort(([, a], [, b]) => a.id - b.id)
    .flatMap(([key, { id, type, backends }]) => {
      const { address, protocol } = split(key);
      const lines = backends.map(
        (backend, index) =>
          `${index + 1} => ${backend.address}:${backend.port}/${protocol} (active)`,
      );
      const head = [String(id), `${address}/${protocol}`, type, lines[0] ?? ''];
      return [head, ...lines.slice(1).map((line) => ['', '', '', line])];
    });
  return columns([['ID', 'Frontend', 'Service Type', 'Backend'], ...rows]);
}

/** `cilium-dbg bpf lb list`. */
export function lb(state: AgentState): string {
  const rows = byKey(state.lb).flatMap(([key, { id, type, backends, affinity }]) => {
    const { address, protocol } = split(key);
    const flags = [
      type,
      ...(type === 'ClusterIP' ? ['non-routable'] : []),
      ...(affinity ? ['sessionAffinity'] : []),
    ];
    const frontend = `${address}/${protocol}`;
    return [
      [`${frontend} (0)`, `0.0.0.0:0 (${id}) (0) [${flags.join(', ')}]`],
      ...backends.map((backend, index) => [
        `${frontend} (${index + 1})`,
        `${backend.address}:${backend.port}/${protocol} (${id}) (${index + 1})`,
      ]),
    ];
  });
  return columns([['SERVICE ADDRESS', 'BACKEND ADDRESS (REVNAT_ID) (SLOT)'], ...rows]);
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'ANY',
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  132: 'SCTP',
};

/** `cilium-dbg bpf policy get ID [-n]`, or `--all`. */
export function policyMap(state: AgentState, words: readonly string[]): string | { error: string } {
  const wanted = words.find((word) => !word.startsWith('-'));
  const numeric = has(words, '-n', '--numeric');
  if (wanted === undefined && !has(words, '--all')) {
    return { error: 'Error: Please provide the endpoint ID, or --all' };
  }
  const shown = byKey(state.policy).filter(([id]) => wanted === undefined || id === wanted);
  if (wanted !== undefined && shown.length === 0) {
    const why = `Failed to open map ${pathOf(wanted)}: no such file or directory`;
    return { error: `Error: ${why}` };
  }
  return shown
    .map(([id, policy]) => {
      const title = `Endpoint ID: ${id}\nPath: ${pathOf(id)}\n\n`;
      const rows = (['ingress', 'egress'] as const).flatMap((direction) => {
        const side = policy[direction];
        const open: PolicyEntry = { identity: 0, protocol: 0, port: 0, origin: [] };
        const local: PolicyEntry = { ...open, identity: 1 };
        const entries = side.enforced
          ? [...(direction === 'ingress' ? [local] : []), ...side.entries]
          : [open];
        return entries.map((entry) => row(state, entry, direction, numeric));
      });
      const head = numeric
        ? HEAD.map((each) => (each.startsWith('LABELS') ? 'IDENTITY' : each))
        : HEAD;
      return (wanted === undefined ? title : '') + columns([head, ...rows.flat()]);
    })
    .join('\n\n');
}

const pathOf = (id: string) => `/sys/fs/bpf/tc/globals/cilium_policy_v2_${id.padStart(5, '0')}`;

const HEAD = [
  'POLICY',
  'DIRECTION',
  'LABELS (source:key[=value])',
  'PORT/PROTO',
  'PROXY PORT',
  'AUTH TYPE',
  'BYTES',
  'PACKETS',
  'PREFIX',
];

function row(
  state: AgentState,
  entry: PolicyEntry,
  direction: 'ingress' | 'egress',
  numeric: boolean,
): readonly (readonly string[])[] {
  const labels = entry.identity === 0 ? ['ANY'] : state.labelsOf(entry.identity);
  const [first = String(entry.identity), ...rest] = numeric ? [String(entry.identity)] : labels;
  const range = entry.endPort ? `${entry.port}-${entry.endPort}` : String(entry.port);
  const where =
    entry.protocol === 0
      ? 'ANY'
      : `${entry.port === 0 ? 'ANY' : range}/${PROTOCOLS[entry.protocol] ?? entry.protocol}`;
  const full = entry.port === 0 ? (entry.protocol === 0 ? '0' : '8') : '24';
  return [
    [
      entry.deny ? 'Deny' : 'Allow',
      direction === 'ingress' ? 'Ingress' : 'Egress',
      first,
      where,
      entry.http ? '10000' : 'NONE',
      'disabled',
      '0',
      '0',
      full,
    ],
    ...rest.map((label) => ['', '', label, '', '', '', '', '', '']),
  ];
}

/** `cilium-dbg bpf ipcache list`. */
export function ipcache(state: AgentState): string {
  const rows = byKey(state.ipcache).map(([cidr, { identity, tunnel }]) => [
    cidr,
    `identity=${identity} encryptkey=0 tunnelendpoint=${tunnel ?? '0.0.0.0'} ` +
      `flags=${tunnel ? 'hastunnel' : '<none>'}`,
  ]);
  return columns([['IP PREFIX/ADDRESS', 'IDENTITY'], ...rows]);
}

/** `cilium-dbg bpf endpoint list`. */
export function lxc(state: AgentState): string {
  const rows = byKey(state.lxc).map(([ip, { id, device, mac, identity }]) => [
    `${ip}:0`,
    `id=${String(id).padEnd(5)} sec_id=${identity} flags=0x0000 ifindex=${device} ` +
      `mac=${mac.toUpperCase()}`,
  ]);
  const own = [state.node.router, state.node.address].map((ip) => [`${ip}:0`, '(localhost)']);
  return columns([['IP ADDRESS', 'LOCAL ENDPOINT INFO'], ...own, ...rows]);
}

/** `cilium-dbg bpf ct list global`: what was seen last of each connection. */
export function connections(state: AgentState): string {
  const seen = new Map<string, string>();
  for (const event of state.events) {
    if (event.verdict !== 'FORWARDED' || event.type !== 'trace') continue;
    const direction = event.direction === 'INGRESS' ? 'IN' : 'OUT';
    const flow = `${event.protocol} ${direction} ${event.source} -> ${event.destination}`;
    seen.set(
      flow,
      `${flow} expires=0 Packets=0 Bytes=0 RevNAT=0 SourceSecurityID=${event.sourceIdentity}`,
    );
  }
  return [...seen.values()].map((line) => `${line}\n`).join('');
}
