import { chainName } from './names.ts';
import { DROP, goto, type FelixChain, type FelixRule } from './rule.ts';

const unknown: FelixRule = { action: DROP, comments: ['Unknown interface'] };

/** Chains from a pod's device to its own chains, both ways. */
export function dispatchChains(devices: readonly string[]): readonly FelixChain[] {
  return [
    ...tree(devices, 'cali-from-wl-dispatch', 'cali-fw-', '--in-interface'),
    ...tree(devices, 'cali-to-wl-dispatch', 'cali-tw-', '--out-interface'),
  ];
}

/** Devices that go on with the same letter behind what all have in common share a chain below. */
function tree(
  devices: readonly string[],
  root: string,
  prefix: string,
  match: string,
): readonly FelixChain[] {
  const names = [...new Set(devices)].sort();
  const common = commonPrefix(names);
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const head = name.slice(0, common.length + 1);
    groups.set(head, [...(groups.get(head) ?? []), name]);
  }
  const leaf = (name: string): FelixRule => ({
    match: [`${match} ${name}`],
    action: goto(chainName(prefix, name)),
  });
  const below: FelixChain[] = [];
  const rules = [...groups].map(([head, own]): FelixRule => {
    if (own.length === 1) return leaf(own[0] as string);
    const name = chainName(`${root}-`, head.slice(common.length));
    below.push({ name, rules: [...own.map(leaf), unknown] });
    return { match: [`${match} ${head}+`], action: goto(name) };
  });
  return [...below, { name: root, rules: [...rules, unknown] }];
}

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
