import { isErrno } from '../../host/errno.ts';
import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { readsInput, runIpset, setFile, type SetHost } from '../../network/netfilter/ipset/tool.ts';
import { readText } from '../gnu/input.ts';

/** ipset 7.17. */
const ipset: ProgramCode = {
  *run(argv, sys): Process {
    const words = argv.slice(1);
    if (sys.user !== 'root') {
      yield* sys.write(2, 'ipset v7.17: Kernel error received: Operation not permitted\n');
      return 1;
    }
    const restores = readsInput(words);
    const path = restores ? setFile(words) : undefined;
    let input = '';
    if (path !== undefined) {
      const file = sys.files.read(path);
      if (typeof file === 'string') {
        const why = `Cannot open ${path} for reading: No such file or directory`;
        yield* sys.write(2, `ipset v7.17: ${why}\n`);
        return 1;
      }
      input = file.text;
    } else if (restores) {
      const read = yield* readText(sys, '-');
      input = isErrno(read) ? '' : read;
    }
    const result = runIpset(words, hostOf(sys), input);
    if (result.sets) sys.network.setSets(result.sets);
    if (result.file) sys.files.write(result.file.path, result.file.text);
    if (result.stdout !== '') yield* sys.write(1, result.stdout);
    if (result.stderr !== '') yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default ipset;

function hostOf(sys: Sys): SetHost {
  const sets = sys.network.sets();
  return {
    sets,
    now: sys.now,
    references: (name) => references(sys, name),
    initval: (name) => sys.chance.integer(`ipset/${name}/${sys.now}`, 2 ** 32),
  };
}

/** How many rules of either family, and sets of sets, use a set. */
function references(sys: Sys, name: string): number {
  const rules = (['IPv4', 'IPv6'] as const)
    .flatMap((family) => sys.network.iptables(family).tables)
    .flatMap(({ chains }) => chains)
    .flatMap((chain) => chain.rules)
    .flatMap(({ matches, target }) => (target ? [...matches, target] : matches))
    .filter((each) => /^set$/i.test(each.name))
    .flatMap(({ options }) => options)
    .filter(({ flag, values }) => flag.endsWith('-set') && values[0] === name);
  const lists = [...sys.network.sets().values()].filter(
    (set) => set.type === 'list:set' && set.entries.some(({ text }) => text === name),
  );
  return rules.length + lists.length;
}
