import type { LateProgram } from '../../host/syscalls.ts';

/** calicoctl 3.26 for the datastore of Kubernetes. */
const program: LateProgram = { name: 'calicoctl', paths: ['/usr/local/bin/calicoctl'], late: true };

export default program;
