import type { LateProgram } from '../../host/syscalls.ts';

/** vi, under the other names that it goes by as well. */
const program: LateProgram = {
  name: 'vi',
  paths: ['/usr/bin/vi', '/usr/bin/vim', '/usr/bin/view', '/usr/bin/vim.tiny'],
  late: true,
};

export default program;
