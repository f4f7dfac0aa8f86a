import { isErrno } from '../../host/errno.ts';
import type { Process, ProgramCode } from '../../host/syscalls.ts';
import { readText } from '../gnu/input.ts';
import { runIpvsadm } from './run.ts';

/** ipvsadm 1.31. */
const ipvsadm: ProgramCode = {
  *run(argv, sys): Process {
    const words = argv.slice(1);
    if (sys.user !== 'root') {
      yield* sys.write(
        2,
        "Can't initialize ipvs: Permission denied (you must be root)\n" +
          'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
      );
      return 2;
    }
    if (sys.network.missingModules().includes('ip_vs')) {
      yield* sys.write(
        2,
        'modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.8.0-45-generic\n' +
          "Can't initialize ipvs: Protocol not available\n" +
          'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
      );
      return 2;
    }
    if (words.some((word) => word === '-R' || word === '--restore')) {
      const text = yield* readText(sys, '-');
      for (const line of isErrno(text) ? [] : text.split('\n')) {
        if (line.trim() === '') continue;
        const result = runIpvsadm(line.trim().split(/\s+/), sys);
        if (result.stderr !== '') yield* sys.write(2, result.stderr);
        if (result.exit !== 0) return result.exit;
      }
      return 0;
    }
    const result = runIpvsadm(words, sys);
    if (result.stdout !== '') yield* sys.write(1, result.stdout);
    if (result.stderr !== '') yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default ipvsadm;
