import type { Program } from '../../host/syscalls.ts';
import { isErrno } from '../../host/errno.ts';
import { gnuTool } from '../gnu/tool.ts';

/** hostname (Debian's): the name of the host, or its addresses. */
const program: Program = gnuTool(
  {
    name: 'hostname',
    usage: ['[-b] {hostname|-F file}', '[-a|-A|-d|-f|-i|-I|-s|-y]'],
    about: 'Show the host name.',
    short: 'aAdfiIsy',
    long: {
      alias: 'a',
      'all-fqdns': 'A',
      domain: 'd',
      fqdn: 'f',
      long: 'f',
      'ip-address': 'i',
      'all-ip-addresses': 'I',
      short: 's',
    },
    unmodelled: ['-b', '-F', '--boot', '--file'],
    version: 'hostname) 3.23',
  },
  function* ({ sys, has, out, operands, complain }) {
    if (operands.length > 0) {
      yield* complain('you must be root to change the host name');
      return 1;
    }
    const addresses = sys.network
      .links()
      .filter(({ name }) => name !== 'lo')
      .flatMap((link) => link.addresses.map(({ address }) => address));
    if (has('I')) yield* out(`${addresses.map((each) => `${each} `).join('')}\n`);
    else if (has('i')) {
      const hosts = sys.files.read('/etc/hosts');
      const lines = isErrno(hosts) ? [] : hosts.text.split('\n').map((line) => line.split(/\s+/));
      const own = lines.filter(([, ...names]) => names.includes(sys.hostname));
      if (own.length === 0) {
        yield* complain('Name or service not known');
        return 1;
      }
      yield* out(`${own.map(([address]) => address).join(' ')}\n`);
    } else if (has('s')) yield* out(`${sys.hostname.split('.')[0]}\n`);
    else if (has('d')) yield* out(`${sys.hostname.split('.').slice(1).join('.')}\n`);
    else yield* out(`${sys.hostname}\n`);
    return 0;
  },
);

export default program;
