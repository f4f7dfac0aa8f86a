import type { NftRuleset, NftTable } from './ast.ts';
import { printJson } from './json.ts';
import { readFlags, USAGE, VERSION, type Flags } from './flags.ts';
import type { Source } from './lexer.ts';
import { listRules } from './list.ts';
import type { Forgotten, Listing } from './outcome.ts';
import { runText } from './parse.ts';
import type { Problem } from './parser.ts';
import type { LiveState } from './print.ts';
import { printEcho } from './echo.ts';

/** What nft sees of the host that it runs on. */
export interface NftHost {
  /** All tables, those of iptables-nft first. */
  readonly rules: NftRuleset;
  readonly live: LiveState;
  /** Tables that hold matches or targets of iptables. */
  isForeign(table: NftTable): boolean;
  /** Texts of the files that a path or a pattern names. */
  read(path: string): readonly Source[] | undefined;
  /** The name of the device that has this name or index. */
  device(word: string): string | undefined;
  /** What came in by standard input. */
  readonly input: string;
  readonly pid: number;
  /** The moment, in microseconds. */
  readonly now: number;
}

/** What nft printed, and what it changes. */
export interface NftResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly rules?: NftRuleset;
  readonly forget?: readonly Forgotten[];
  readonly reset?: readonly Listing[];
}

const failed = (stderr: string): NftResult => ({ stdout: '', stderr, exit: 1 });

/** Runs `nft` (1.0.6) with the words behind its name. */
export function runNft(words: readonly string[], host: NftHost): NftResult {
  const flags = readFlags(words);
  if (flags.error !== undefined) return failed(flags.error);
  if (flags.help) return { stdout: USAGE, stderr: '', exit: 0 };
  if (flags.version) return { stdout: VERSION, stderr: '', exit: 0 };
  if (flags.notModelled) return failed(`nft: ${flags.notModelled} is not modelled here\n`);
  if (flags.commands.length > 0) {
    // The real one ends the buffer with a newline, at which unfinished commands fail.
    const lines = `${flags.commands.join(' ')}\n`.split('\n');
    return execute({ lines }, flags, host);
  }
  if (flags.file === undefined) return failed('nft: no command specified\n');
  const source = open(flags.file, host);
  if (!source) {
    const why = `Could not open file "${flags.file}": No such file or directory`;
    return failed(`internal:0:0-0: Error: ${why}\n\n\n`);
  }
  return execute(source, flags, host);
}

function open(path: string, host: NftHost): Source | undefined {
  if (path === '-' || path === '/dev/stdin') {
    return { name: '/dev/stdin', lines: host.input.split('\n') };
  }
  if (path === '/dev/null') return { name: path, lines: [''] };
  return host.read(path)?.[0];
}

function execute(source: Source, flags: Flags, host: NftHost): NftResult {
  if (flags.json && isJson(source)) return failed('nft: JSON as input is not modelled here\n');
  const { rules, problems, outcome } = runText(host.rules, source, {
    include: (path) => host.read(path),
    device: (word) => host.device(word),
    now: host.now,
  });
  if (problems.length > 0) return failed(problems.map(printProblem).join(''));
  const printed = outcome.listings.map((listing) => {
    if (flags.json) return { text: printJson(rules, listing, host.live, flags.print), whole: [] };
    return listRules(rules, listing, flags.print, host.live);
  });
  const warnings = printed
    .flatMap(({ whole }) => whole)
    .filter((table) => host.isForeign(table))
    .map(
      ({ family, name }) =>
        `# Warning: table ${family} ${name} is managed by iptables-nft, do not touch!\n`,
    );
  const echo = flags.echo ? printEcho(rules, outcome, flags, host.pid) : '';
  const resets = outcome.listings.filter(({ reset }) => reset);
  const stdout = [...outcome.texts, ...printed.map(({ text }) => text), echo].join('');
  const result = { stdout, stderr: warnings.join(''), exit: 0 };
  if (flags.check) return result;
  return {
    ...result,
    rules,
    ...(outcome.forget.length > 0 ? { forget: outcome.forget } : {}),
    ...(resets.length > 0 ? { reset: resets } : {}),
  };
}

const isJson = ({ lines }: Source) => lines.join('').trim().startsWith('{');

/** An error with the line that it is about, and what in it (`erec_print`). */
export function printProblem({ message, at, also, notModelled }: Problem): string {
  if (notModelled) return `nft: ${message}\n`;
  const { source } = at;
  const where =
    source.name === undefined ? '' : `${source.name}:${at.line}:${at.first}-${at.last}: `;
  // Of a command line that holds newlines the real one shows the first line only.
  const line = (source.name === undefined ? source.lines[0] : source.lines[at.line - 1]) ?? '';
  const end = Math.max(at.last, also?.last ?? 0);
  const marks: string[] = Array.from({ length: end }, (_, i) => (line[i] === '\t' ? '\t' : ' '));
  if (also) marks.fill('~', also.first - 1, also.last);
  marks.fill('^', at.first - 1, at.last);
  return `${where}Error: ${message}\n${line}\n${marks.join('')}\n`;
}
