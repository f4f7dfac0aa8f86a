import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';
import { findUser, groupName } from '../gnu/users.ts';

/** id: numbers and names of a user and its group. */
const program: Program = gnuTool(
  {
    name: 'id',
    usage: ['[OPTION]... [USER]...'],
    about: 'Print user and group information of USERs, or of who calls.',
    short: 'agGnruz',
    long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z' },
    unmodelled: ['-Z', '--context'],
  },
  function* ({ sys, has, out, operands, complain, quote }) {
    const which = ['u', 'g', 'G'].filter((each) => has(each));
    if (which.length > 1) {
      yield* complain('cannot print "only" of more than one choice');
      return 1;
    }
    if (has('n') && which.length === 0) {
      yield* complain('cannot print only names or real IDs in default format');
      return 1;
    }
    let code = 0;
    for (const who of operands.length > 0 ? operands : [sys.user]) {
      const user = findUser(sys, who);
      if (!user) {
        yield* complain(`${quote(who)}: no such user`);
        code = 1;
        continue;
      }
      const { uid, gid, name } = user;
      const group = groupName(sys, gid) ?? (gid === uid && !/^\d/.test(name) ? name : undefined);
      const shown = (id: number, text: string | undefined) => (text ? `${id}(${text})` : `${id}`);
      const known = /^\d+$/.test(name) ? undefined : name;
      if (has('u')) yield* out(`${has('n') ? name : uid}\n`);
      else if (which.length > 0) yield* out(`${has('n') ? (group ?? gid) : gid}\n`);
      else {
        const own = shown(gid, group);
        yield* out(`uid=${shown(uid, known)} gid=${own} groups=${own}\n`);
      }
    }
    return code;
  },
);

export default program;
