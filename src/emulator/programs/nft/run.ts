import type { Call, Process, Sys } from '../../host/syscalls.ts';
import type { NftRuleset, NftTable } from '../../network/netfilter/nftables/ast.ts';
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
  const result = runNft(words, hostOf(sys, input));
  apply(sys, result);
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

function hostOf(sys: Sys, input: string): NftHost {
  const rules = sys.network.nftables();
  return {
    rules,
    live: sys.network.nftablesLive(),
    isForeign: () => false,
    read: (path) => readFiles(sys, path),
    hasDevice: (name) => sys.network.links().some((link) => link.name === name),
    input,
    pid: sys.pid,
  };
}

function readFiles(sys: Sys, path: string): readonly Source[] | undefined {
  const name = path.startsWith('/') ? path : `${sys.cwd === '/' ? '' : sys.cwd}/${path}`;
  const file = sys.files.read(name);
  if (typeof file === 'string') return undefined;
  return [{ name: path, lines: file.text.split('\n') }];
}

function apply(sys: Sys, result: NftResult): void {
  const before: NftRuleset = sys.network.nftables();
  if (result.rules && result.rules !== before) sys.network.setNftables(result.rules);
  if (result.forget) sys.network.forgetElements(result.forget);
  for (const listing of result.reset ?? []) reset(sys, listing);
}

function reset(sys: Sys, listing: Listing): void {
  for (const table of chosen(sys.network.nftables(), listing) as readonly NftTable[]) {
    sys.network.zeroObjects(table, listing.name);
  }
}
