import type { Process, ProgramCode } from '../../host/syscalls.ts';
import { stamp } from './stamp.ts';

/** `calico-ipam -upgrade`: nothing of host-local is taken over. */
export const upgrade: ProgramCode = {
  *run(argv, sys): Process {
    if (argv[1] !== '-upgrade') {
      yield* sys.write(2, 'calico-ipam is not modelled here but for -upgrade\n');
      return 1;
    }
    const at = (line: number) => `${stamp(sys)} [INFO][1] ipam/ipam_plugin.go ${line}: `;
    yield* sys.write(2, `${at(75)}migrating from host-local to calico-ipam...\n`);
    const node = `node="${sys.env['KUBERNETES_NODE_NAME'] ?? ''}"`;
    yield* sys.write(2, `${at(102)}migration from host-local to calico-ipam complete ${node}\n`);
    return 0;
  },
};
