import type { LateProgram } from '../../host/syscalls.ts';

/** A CNI plugin's executable; its code comes late, as the kubelet needs none of it. */
const program: LateProgram = { name: 'cni-plugin', paths: [], late: true };

export default program;
