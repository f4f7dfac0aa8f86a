import type { Daemon } from '../../host/syscalls.ts';
import { on } from './on.ts';

/** kubelet: makes the pods of its node run, and tells the API server how they do. */
const daemon: Daemon = { name: 'kubelet', paths: ['/usr/bin/kubelet'], on };

export default daemon;
