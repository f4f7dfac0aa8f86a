import type { LateProgram } from '../../host/syscalls.ts';

/** wireguard-tools 1.0.20210914 `wg`. */
const wg: LateProgram = {
  name: 'wg',
  paths: ['/usr/bin/wg'],
  late: true,
};

export default wg;
