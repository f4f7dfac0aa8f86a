import type { LateProgram } from '../../host/syscalls.ts';

/** kubectl v1.35.2. */
const kubectl: LateProgram = {
  name: 'kubectl',
  paths: ['/usr/local/bin/kubectl', '/usr/bin/kubectl'],
  late: true,
  soon: true,
};

export default kubectl;
