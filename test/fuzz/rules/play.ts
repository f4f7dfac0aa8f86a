import fc from 'fast-check';
import {
  runIptables,
  runRestore,
  runSave,
  type Backend,
  type ToolHost,
} from '../../../src/emulator/network/netfilter/iptables/tool.ts';
import { noRules } from '../../../src/emulator/network/netfilter/iptables/tables.ts';
import { runIpset, type SetHost } from '../../../src/emulator/network/netfilter/ipset/tool.ts';
import { noTables } from '../../../src/emulator/network/netfilter/nftables/ast.ts';
import { nothingLive } from '../../../src/emulator/network/netfilter/nftables/print.ts';
import { runNft, type NftHost } from '../../../src/emulator/network/netfilter/nftables/tool.ts';
import { restoreText, words } from './iptables.ts';
import { setLines, setWords } from './ipset.ts';
import { ipvsLines, ipvsWords } from './ipvs.ts';
import { loneMachine, typeOn } from './machine.ts';
import { nftWords, tableText } from './nft.ts';

/** How many texts were taken and printed again, and how many lines of strangers were stood. */
export interface RuleFigures {
  taken: number;
  refused: number;
  garbage: number;
}

export const noRuleFigures = (): RuleFigures => ({ taken: 0, refused: 0, garbage: 0 });

type Check = (wrong: string[], figures: RuleFigures) => void;

/**
 * What each tool of rules prints, it reads again, and prints the same; and no line makes it fail by
 * an exception. Gives what was wrong.
 */
export function playRules(seed: number, count: number, figures = noRuleFigures()): string[] {
  const wrong: string[] = [];
  const sample = <T>(values: fc.Arbitrary<T>, numRuns: number) =>
    fc.sample(values, { seed, numRuns: Math.max(1, numRuns) });
  const checks: Check[] = [
    ...sample(restoreText, count).map((text) => iptablesAgain(text, 'nf_tables')),
    ...sample(restoreText, Math.ceil(count / 2)).map((text) => iptablesAgain(text, 'legacy')),
    ...sample(words, count * 4).map(iptablesStands),
    ...sample(tableText, count).map(nftAgain),
    ...sample(nftWords, count * 4).map(nftStands),
    ...sample(setLines, count).map(setsAgain),
    ...sample(setWords, count * 4).map(setsStand),
    ...sample(ipvsLines, Math.ceil(count / 10)).map(ipvsAgain),
  ];
  for (const check of checks) {
    try {
      check(wrong, figures);
    } catch (error) {
      wrong.push((error as Error).stack ?? String(error));
    }
  }
  wrong.push(...ipvsStands(sample(ipvsWords, count), figures));
  return wrong;
}

const iptablesHost = (backend: Backend, rules = noRules): ToolHost => ({
  backend,
  rules,
  counters: () => ({ policy: { packets: 0, bytes: 0 }, rules: [] }),
  hostName: () => undefined,
});

const iptablesAgain =
  (text: string, backend: Backend): Check =>
  (wrong, figures) => {
    const first = runRestore('iptables-restore', [], text, iptablesHost(backend));
    if (!first.rules) {
      figures.refused += 1;
      return;
    }
    figures.taken += 1;
    const save = (rules: typeof noRules) =>
      runSave('iptables-save', [], iptablesHost(backend, rules), '').stdout;
    const printed = save(first.rules);
    const again = runRestore('iptables-restore', [], printed, iptablesHost(backend));
    const twice = again.rules ? save(again.rules) : again.stderr;
    if (twice !== printed) wrong.push(`iptables (${backend}):\n${text}\n${printed}\n${twice}`);
  };

const iptablesStands = (line: readonly string[]): Check => {
  return (wrong, figures) => {
    figures.garbage += 1;
    const result = runIptables('iptables', line, iptablesHost('nf_tables'));
    if (result.exit === 0 || result.stderr !== '') return;
    wrong.push(`iptables ${line.join(' ')}: exit ${result.exit} without a word`);
  };
};

const nftHost = (input: string): NftHost => ({
  rules: noTables,
  live: nothingLive,
  isForeign: () => false,
  read: () => undefined,
  device: () => undefined,
  input,
  pid: 1,
  now: 0,
});

const nftAgain =
  (text: string): Check =>
  (wrong, figures) => {
    const { rules } = runNft(['-f', '-'], nftHost(text));
    if (!rules) {
      figures.refused += 1;
      return;
    }
    figures.taken += 1;
    const listed = (from: typeof rules) =>
      runNft(['list', 'ruleset'], { ...nftHost(''), rules: from }).stdout;
    const printed = listed(rules);
    const again = runNft(['-f', '-'], nftHost(printed));
    const twice = again.rules ? listed(again.rules) : again.stderr;
    if (twice !== printed) wrong.push(`nft:\n${text}\n${printed}\n${twice}`);
  };

const nftStands =
  (line: readonly string[]): Check =>
  (wrong, figures) => {
    figures.garbage += 1;
    const result = runNft(line, nftHost(''));
    if ((result.exit === 0) !== (result.stderr === '')) wrong.push(`nft ${line.join(' ')}`);
  };

const setHost = (sets: SetHost['sets'] = new Map()): SetHost => ({
  sets,
  now: 0,
  references: () => 0,
  initval: (name) => name.length * 0x1234567,
});

const setsAgain =
  (lines: readonly string[]): Check =>
  (wrong, figures) => {
    const { sets, stderr } = runIpset(['restore'], setHost(), lines.join('\n'));
    if (!sets || stderr !== '') {
      wrong.push(`ipset: ${stderr}\n${lines.join('\n')}`);
      return;
    }
    figures.taken += 1;
    const saved = (from: SetHost['sets']) => runIpset(['save'], setHost(from)).stdout;
    const printed = saved(sets);
    const again = runIpset(['restore'], setHost(), printed);
    const twice = again.stderr === '' && again.sets ? saved(again.sets) : again.stderr;
    if (twice !== printed) wrong.push(`ipset:\n${lines.join('\n')}\n${printed}\n${twice}`);
  };

const setsStand =
  (line: readonly string[]): Check =>
  (_wrong, figures) => {
    figures.garbage += 1;
    const { sets } = runIpset(['restore'], setHost(), 'create a hash:ip\ncreate b hash:net\n');
    runIpset(line, setHost(sets));
  };

const ipvsAgain =
  (lines: readonly string[]): Check =>
  (wrong, figures) => {
    const machine = loneMachine();
    typeOn(machine, `ipvsadm -R << END\n${lines.join('\n')}\nEND`);
    const { out: printed } = typeOn(machine, 'ipvsadm -S -n | tee /tmp/saved');
    const again = typeOn(machine, 'ipvsadm -C; ipvsadm -R < /tmp/saved; ipvsadm -S -n');
    figures.taken += 1;
    if (printed === '' || again.out !== printed) {
      wrong.push(`ipvsadm:\n${lines.join('\n')}\n${printed}\n${again.out}${again.err}`);
    }
  };

/** Lines of strangers for ipvsadm and conntrack, on one machine after the other. */
function ipvsStands(lines: readonly string[], figures: RuleFigures): string[] {
  const wrong: string[] = [];
  const machine = loneMachine();
  for (const line of lines) {
    figures.garbage += 1;
    try {
      const { out, err } = typeOn(machine, line);
      const odd = /.*(\[object Object\]|\bundefined\b|TypeError|\bNaN\b).*/.exec(out + err);
      if (odd) wrong.push(`${line}: ${odd[0]}`);
    } catch (error) {
      wrong.push(`${line}\n${(error as Error).stack}`);
    }
  }
  return wrong;
}
