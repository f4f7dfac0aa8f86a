import type { Program } from '../../host/syscalls.ts';

/** ipvsadm-save 1.31: a script that runs `ipvsadm -S`. */
const program: Program = {
  name: 'ipvsadm-save',
  paths: ['/usr/sbin/ipvsadm-save'],
  *run(argv, sys) {
    yield* sys.exec(['/usr/sbin/ipvsadm', '-S', ...argv.slice(1)]);
    yield* sys.write(2, '/usr/sbin/ipvsadm-save: exec: /usr/sbin/ipvsadm: not found\n');
    return 127;
  },
};

export default program;
