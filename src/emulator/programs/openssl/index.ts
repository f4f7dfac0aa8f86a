import type { LateProgram } from '../../host/syscalls.ts';

/** openssl 3.0: certificates, keys, and a client for TLS. */
const program: LateProgram = {
  name: 'openssl',
  paths: ['/usr/bin/openssl'],
  late: true,
};

export default program;
