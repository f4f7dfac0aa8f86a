import type { Process, Program, Sys } from '../../host/syscalls.ts';
import { hardware, usage } from './texts.ts';
import type { NeighbourInfo } from '../../network/api.ts';

/** net-tools 2.10 `arp`. */
const arp: Program = {
  name: 'arp',
  paths: ['/usr/sbin/arp', '/sbin/arp'],
  *run(argv, sys): Process {
    const letters = new Set<string>();
    const words: string[] = [];
    let device: string | undefined;
    for (let i = 1; i < argv.length; i++) {
      const word = argv[i] as string;
      if (word === '-i' || word === '--device') device = argv[++i];
      else if (LONG[word]) letters.add(LONG[word]);
      else if (word === '--help' || word === '-h') return yield* help(sys);
      else if (/^-[a-zA-Z]+$/.test(word)) for (const letter of word.slice(1)) letters.add(letter);
      else words.push(word);
    }
    const unknown = [...letters].find((letter) => !'anvesdD'.includes(letter));
    if (unknown !== undefined) {
      yield* sys.write(2, `arp: -${unknown} is not modelled here\n`);
      return 2;
    }
    if (letters.has('s') || letters.has('d')) return yield* change(sys, letters, words, device);
    const all = sys.network
      .neighbours()
      .filter(({ address, state }) => !address.includes(':') && !/^NO/.test(state));
    const found = all.filter(
      (each) =>
        (device === undefined || each.device === device) &&
        (words.length === 0 || words.includes(each.address)),
    );
    const verbose = letters.has('v')
      ? `Entries: ${all.length}\tSkipped: ${all.length - found.length}\tFound: ${found.length}\n`
      : '';
    if (found.length === 0) {
      const named = words.length > 0 && !letters.has('a');
      const some = words.length > 0 || device !== undefined;
      const none = some ? `arp: in ${all.length} entries no match found.\n` : '';
      yield* sys.write(1, `${named ? `${words[0]} (${words[0]}) -- no entry\n` : none}${verbose}`);
      return 0;
    }
    const name = (address: string) => (letters.has('n') ? undefined : hostName(sys, address));
    yield* sys.write(1, (letters.has('a') ? bsd(found, name) : table(found, name)) + verbose);
    return 0;
  },
};

export default arp;

const LONG: Readonly<Record<string, string>> = {
  '--numeric': 'n',
  '--verbose': 'v',
  '--all': 'a',
  '--set': 's',
  '--delete': 'd',
};

function* help(sys: Sys): Process {
  yield* sys.write(1, usage);
  yield* sys.write(2, hardware);
  return 0;
}

type Naming = (address: string) => string | undefined;

const isComplete = ({ mac, state }: NeighbourInfo) =>
  mac !== undefined && state !== 'FAILED' && state !== 'INCOMPLETE';

function bsd(list: readonly NeighbourInfo[], name: Naming): string {
  return list
    .map((each) => {
      const { address, device, mac, state } = each;
      const at = isComplete(each)
        ? `${mac} [ether]${state === 'PERMANENT' ? ' PERM' : ''}`
        : '<incomplete>';
      return `${name(address) ?? '?'} (${address}) at ${at} on ${device}\n`;
    })
    .join('');
}

function table(list: readonly NeighbourInfo[], name: Naming): string {
  if (list.length === 0) return '';
  const row = (cells: readonly string[]) => {
    const widths = [25, 8, 20, 6, 16];
    return `${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('')}\n`;
  };
  const rows = list.map((each) => {
    const shown = (name(each.address) ?? each.address).slice(0, 23);
    if (!isComplete(each)) return row([shown, '', '(incomplete)', '', '', each.device]);
    const flag = each.state === 'PERMANENT' ? 'CM' : 'C';
    return row([shown, 'ether', each.mac as string, flag, '', each.device]);
  });
  return row(['Address', 'HWtype', 'HWaddress', 'Flags', 'Mask', 'Iface']) + rows.join('');
}

function* change(
  sys: Sys,
  letters: ReadonlySet<string>,
  words: readonly string[],
  device: string | undefined,
): Process {
  const [address, mac] = words;
  const refuse = function* (text: string, exit: number): Process {
    yield* sys.write(2, `${text}\n`);
    return exit;
  };
  if (address === undefined) return yield* refuse('arp: need host name', 255);
  if (sys.user !== 'root') return yield* refuse('SIOCDARP(dontpub): Operation not permitted', 255);
  const known = sys.network.neighbours().find((each) => each.address === address);
  if (letters.has('d')) {
    if (!known) {
      yield* sys.write(1, `No ARP entry for ${address}\n`);
      return 255;
    }
    sys.network.removeNeighbour(address, known.device);
    return 0;
  }
  const out = device ?? known?.device ?? sys.network.routeTo(address)?.device;
  if (mac === undefined) return yield* refuse('arp: need hardware address', 255);
  if (out === undefined) return yield* refuse('SIOCSARP: Network is unreachable', 255);
  sys.network.setNeighbour({ address, device: out, mac, state: 'PERMANENT' });
  return 0;
}

function hostName(sys: Sys, address: string): string | undefined {
  const file = sys.files.read('/etc/hosts');
  const lines = typeof file === 'string' ? [] : file.text.split('\n');
  return lines.map((line) => line.trim().split(/\s+/)).find(([first]) => first === address)?.[1];
}
