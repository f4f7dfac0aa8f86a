import { isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import type { DnsPlugin } from '../../plugin.ts';

/** dns64: reads its stanza; as no client asks over IPv6, there is nothing else to do. */
const plugin: DnsPlugin = {
  name: 'dns64',
  setup(c) {
    while (c.next()) {
      const args = c.remainingArgs();
      const wrong = args.length > 1 ? c.argErr() : prefixError(c, args[0]);
      if (wrong) return wrong;
      while (c.nextBlock()) {
        const failed = readProperty(c);
        if (failed) return failed;
      }
    }
    return undefined;
  },
};

export default plugin;

function readProperty(c: Controller): ConfigError | undefined {
  const word = c.val();
  const rest = c.remainingArgs();
  switch (word) {
    case 'prefix':
      return rest.length === 1 ? prefixError(c, rest[0]) : c.argErr();
    case 'translate_all':
      return rest.length === 0 ? undefined : c.argErr();
    case 'allow_ipv4':
      return { error: 'allow_ipv4 is not modelled here' };
    default:
      return c.err(`unknown property '${word}'`);
  }
}

const LENGTHS = [32, 40, 48, 56, 64, 96];

function prefixError(c: Controller, text: string | undefined): ConfigError | undefined {
  if (text === undefined) return undefined;
  const [address = '', length = ''] = text.split('/');
  if (!/^\d+$/.test(length) || !isIPv6(address)) return { error: `invalid CIDR address: ${text}` };
  return LENGTHS.includes(Number(length))
    ? undefined
    : c.err(`invalid prefix ${JSON.stringify(text)}`);
}
