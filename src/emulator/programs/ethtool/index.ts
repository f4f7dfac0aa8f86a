import type { LateProgram } from '../../host/syscalls.ts';

/** ethtool 6.1. */
const ethtool: LateProgram = {
  name: 'ethtool',
  paths: ['/usr/sbin/ethtool', '/sbin/ethtool'],
  late: true,
};

export default ethtool;
