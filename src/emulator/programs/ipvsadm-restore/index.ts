import type { Program } from '../../host/syscalls.ts';

/** ipvsadm-restore 1.31: a script that runs `ipvsadm -R`. */
const program: Program = {
  name: 'ipvsadm-restore',
  paths: ['/usr/sbin/ipvsadm-restore'],
  *run(argv, sys) {
    yield* sys.exec(['/usr/sbin/ipvsadm', '-R', ...argv.slice(1)]);
    yield* sys.write(2, '/usr/sbin/ipvsadm-restore: exec: /usr/sbin/ipvsadm: not found\n');
    return 127;
  },
};

export default program;
