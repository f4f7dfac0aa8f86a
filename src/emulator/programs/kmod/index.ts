import type { Process, Program, Sys } from '../../host/syscalls.ts';

/** A module, its size, and those that use it. */
type Module = readonly [name: string, size: number, users: string];

/** What is loaded on a node, newest first, as `/proc/modules` lists it. */
const modules: readonly Module[] = [
  ['wireguard', 114688, ''],
  ['ipip', 20480, ''],
  ['vxlan', 155648, ''],
  ['xt_comment', 12288, ''],
  ['xt_conntrack', 12288, ''],
  ['xt_MASQUERADE', 16384, ''],
  ['nf_tables', 376832, 'nft_compat,nft_chain_nat'],
  ['ip_set', 61440, 'xt_set'],
  ['ip_vs_rr', 12288, ''],
  ['ip_vs_wrr', 12288, ''],
  ['ip_vs_sh', 12288, ''],
  ['ip_vs', 221184, 'ip_vs_rr,ip_vs_sh,ip_vs_wrr'],
  ['nf_nat', 61440, 'xt_MASQUERADE,nft_chain_nat'],
  ['nf_conntrack', 200704, 'xt_conntrack,nf_nat,ip_vs'],
  ['overlay', 212992, ''],
  ['br_netfilter', 32768, ''],
  ['bridge', 421888, 'br_netfilter'],
  ['dummy', 16384, ''],
];

const VERSION = '6.8.0-45-generic';

/** lsmod and modprobe of kmod 30. */
const programs: readonly Program[] = [
  {
    name: 'lsmod',
    paths: ['/usr/sbin/lsmod', '/sbin/lsmod'],
    *run(_argv, sys): Process {
      const lines = present(sys).map(([name, size, users]) => {
        const count = users === '' ? 0 : users.split(',').length;
        const by = users === '' ? '' : ` ${users}`;
        return `${name.padEnd(22)}${String(size).padStart(7)}  ${count}${by}\n`;
      });
      yield* sys.write(1, `Module                  Size  Used by\n${lines.join('')}`);
      return 0;
    },
  },
  {
    name: 'modprobe',
    paths: ['/usr/sbin/modprobe', '/sbin/modprobe'],
    *run(argv, sys): Process {
      const words = argv.slice(1);
      const other = words.find((word) => /^-/.test(word) && !/^-[rqa]+$/.test(word));
      if (other !== undefined) {
        yield* sys.write(2, `modprobe: ${other} is not modelled here\n`);
        return 2;
      }
      const names = words.filter((word) => !word.startsWith('-'));
      if (names.length === 0) {
        yield* sys.write(2, 'modprobe: ERROR: missing parameters. See -h.\n');
        return 1;
      }
      for (const name of names) {
        const failed = yield* load(sys, name, words.includes('-r'));
        if (failed !== 0) return failed;
      }
      return 0;
    },
  },
];

export default programs;

function present(sys: Sys): readonly Module[] {
  const missing = sys.network.missingModules();
  return modules.filter(([name]) => !missing.includes(name));
}

function* load(sys: Sys, name: string, remove: boolean): Process {
  const found = present(sys).find(([each]) => each === name.replaceAll('-', '_'));
  const complain = function* (level: string, text: string): Process {
    yield* sys.write(2, `modprobe: ${level}: ${text}\n`);
    return 1;
  };
  if (!found) {
    const where = `directory /lib/modules/${VERSION}`;
    return yield* complain('FATAL', `Module ${name} not found in ${where}`);
  }
  if (remove) return yield* complain('FATAL', `Module ${name} is in use.`);
  return 0;
}
