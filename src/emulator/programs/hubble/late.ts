import type { ProgramCode } from '../../host/syscalls.ts';

const code: ProgramCode = {
  // oxlint-disable-next-line require-yield
  *run() {
    return 0;
  },
};

export default code;
