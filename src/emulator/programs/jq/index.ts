import type { LateProgram } from '../../host/syscalls.ts';

/** jq: values of JSON through a filter. */
const program: LateProgram = {
  name: 'jq',
  paths: ['/usr/bin/jq', '/bin/jq'],
  late: true,
};

export default program;
