import type { Call, Process, Sys } from '../../host/syscalls.ts';
import type { Ruleset } from '../../network/netfilter/iptables/rules.ts';
import { changesOf } from '../../network/netfilter/iptables-nft/changes.ts';
import { hasForeign, tablesOfIptables } from '../../network/netfilter/iptables-nft/tables.ts';
import type { NftTable } from '../../network/netfilter/nftables/ast.ts';
import type { Source } from '../../network/netfilter/nftables/lexer.ts';
import type { Listing } from '../../network/netfilter/nftables/outcome.ts';
import { chosen } from '../../network/netfilter/nftables/list.ts';
import { runNft, type NftHost, type NftResult } from '../../network/netfilter/nftables/tool.ts';

const REFUSED = 'Operation not permitted (you must be root)\n';

/** Runs nft: what it read and wrote goes to the namespace that the process is in. */
export function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  const asksKernel = !words.some((word) => /^(-h|--help|-v|--version)$/.test(word));
  if (asksKernel && sys.user !== 'root') {
    yield* sys.write(2, REFUSED);
    return 1;
  }
  const input = readsInput(words) ? yield* readAll(sys) : '';
  const shown = shownTables(sys);
  const result = runNft(words, hostOf(sys, input, shown));
  const refused = apply(sys, result, shown);
  if (refused !== undefined) {
    yield* sys.write(2, refused);
    return 1;
  }
  if (result.stdout !== '') yield* sys.write(1, result.stdout);
  if (result.stderr !== '') yield* sys.write(2, result.stderr);
  return result.exit;
}

const readsInput = (words: readonly string[]) =>
  words.some((word, i) => word === '-' && /^(-[a-zA-Z]*f|--file)$/.test(words[i - 1] ?? '')) ||
  words.some((word) => word === '/dev/stdin' || word === '-f-' || word === '--file=-');

function* readAll(sys: Sys): Call<string> {
  let text = '';
  for (;;) {
    const chunk = yield* sys.read(0);
    if (typeof chunk !== 'string' || chunk === '') return text;
    text += chunk;
  }
}

/** Tables of iptables for one family, as nft sees them. */
interface Shown {
  readonly family: 'IPv4' | 'IPv6';
  readonly rules: Ruleset;
  readonly tables: readonly NftTable[];
}

function shownTables(sys: Sys): readonly Shown[] {
  let first = 1;
  return (['IPv4', 'IPv6'] as const).map((family) => {
    const rules = sys.network.iptables(family);
    const counters = (table: string, chain: string) => sys.network.counters(table, chain, family);
    const name = family === 'IPv4' ? 'ip' : 'ip6';
    const tables = tablesOfIptables(rules, name, counters, first);
    first += tables.length;
    return { family, rules, tables };
  });
}

function hostOf(sys: Sys, input: string, shown: readonly Shown[]): NftHost {
  const own = sys.network.nftables();
  const foreign = shown.flatMap(({ tables }) => tables);
  const nextHandle = Math.max(own.nextHandle ?? 1, foreign.length + 1);
  return {
    rules: { ...own, tables: [...foreign, ...own.tables], nextHandle },
    live: sys.network.nftablesLive(),
    isForeign: (table) =>
      shown.some(({ rules, tables }) => {
        if (!tables.includes(table)) return false;
        const from = rules.tables.find(({ name }) => name === table.name);
        return from !== undefined && hasForeign(from);
      }),
    read: (path) => readFiles(sys, path),
    device: (word) =>
      sys.network.links().find(({ name, index }) => name === word || String(index) === word)?.name,
    input,
    pid: sys.pid,
    now: sys.now,
  };
}

function readFiles(sys: Sys, path: string): readonly Source[] | undefined {
  const name = path.startsWith('/') ? path : `${sys.cwd === '/' ? '' : sys.cwd}/${path}`;
  const file = sys.files.read(name);
  if (typeof file === 'string') return undefined;
  return [{ name: path, lines: file.text.split('\n') }];
}

/** Makes the changes; gives what cannot be made here, in one line. */
function apply(sys: Sys, result: NftResult, shown: readonly Shown[]): string | undefined {
  const { rules } = result;
  if (rules) {
    const changes = shown.map((each) => changesOf(each.rules, each.tables, rules));
    const added = changes.find((change) => change !== undefined && 'added' in change);
    if (added && 'added' in added) {
      return `nft: adding to table ${added.added}, which iptables manages, is not modelled here\n`;
    }
    changes.forEach((change, index) => {
      if (change && 'rules' in change) {
        sys.network.setIptables(change.rules, shown[index]?.family ?? 'IPv4');
      }
    });
    const foreign = new Set(shown.flatMap(({ tables }) => tables.map(nameOf)));
    const tables = rules.tables.filter((table) => !foreign.has(nameOf(table)));
    sys.network.setNftables({ ...rules, tables });
  }
  if (result.forget) sys.network.forgetElements(result.forget);
  for (const listing of result.reset ?? []) reset(sys, listing);
  return undefined;
}

const nameOf = ({ family, name }: NftTable) => `${family} ${name}`;

function reset(sys: Sys, listing: Listing): void {
  for (const table of chosen(sys.network.nftables(), listing)) {
    sys.network.zeroObjects(table, listing.name);
  }
}
