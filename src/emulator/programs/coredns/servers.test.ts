import { describe, expect, it } from 'vitest';
import type { Json } from '../../world/json.ts';
import { readServers } from './servers.ts';

const read = (text: string) => readServers('/etc/coredns/Corefile', text, { env: {} });
const errorOf = (text: string) => {
  const found = read(text);
  return 'error' in found ? found.error : undefined;
};

describe('a Corefile', () => {
  it('gives each zone its plugins, in the order of the chain and not of the file', () => {
    const found = read(`(common) {
    errors
    cache 30
}
cluster.local:53 in-addr.arpa {
    # the order here has no effect
    kubernetes cluster.local {
        ttl 30 # seconds
    }
    import common
}
.:5353 {
    forward . 192.0.2.1:5300 {
        policy sequential
    }
    import common
}
`);
    if ('error' in found) throw new Error(found.error);
    const shown = found.servers.map(
      ({ zone, port, plugins }) => `${zone}:${port} ${plugins.map(({ name }) => name).join(' ')}`,
    );
    expect(shown).toEqual([
      'cluster.local.:53 errors cache kubernetes',
      'in-addr.arpa.:53 errors cache kubernetes',
      '.:5353 errors cache forward',
    ]);
    const configOf = (server: number, name: string) =>
      found.servers[server]?.plugins.find((each) => each.name === name)?.config as {
        readonly [field: string]: Json;
      };
    // Zones come from the keys of the block, without their ports.
    expect(configOf(0, 'cache')['zones']).toEqual(['cluster.local.', 'in-addr.arpa.']);
    expect(configOf(2, 'cache')['zones']).toEqual(['.']);
    expect(configOf(0, 'kubernetes')['ttl']).toBe(30);
    const [forward] = configOf(2, 'forward') as unknown as readonly { readonly to: Json }[];
    expect(forward?.to).toEqual([{ address: '192.0.2.1', port: 5300, tls: false }]);
  });

  it('is refused with the words of CoreDNS', () => {
    const at = '/etc/coredns/Corefile';
    expect(errorOf('.:53 {\n    errors\n    kubernetees cluster.local\n}\n')).toBe(
      `${at}:3 - Error during parsing: Unknown directive 'kubernetees'`,
    );
    expect(errorOf('.:53 {\n    kubernetes cluster.local {\n        ttl 4000\n    }\n}\n')).toBe(
      `plugin/kubernetes: ${at}:3 - Error during parsing: ttl must be in range [0, 3600]: 4000`,
    );
    expect(errorOf('.:53 {\n    cache 0\n}\n')).toBe(
      'plugin/cache: cache TTL can not be zero or negative: 0',
    );
    expect(errorOf('.:53 {\n    forward . dns.example.com\n}\n')).toBe(
      'plugin/forward: not an IP address or file: "dns.example.com"',
    );
    expect(errorOf('.:53 {\n    errors\n}\n.:53 {\n    log\n}\n')).toBe(
      'cannot serve dns://.:53 - it is already defined',
    );
    expect(errorOf('.:53{\n    errors\n}\n')).toBe(
      'error inspecting server blocks: zone is not a valid domain name: .:53{',
    );
    expect(errorOf('.:53 {\n    errors\n')).toBe(
      `${at}:2 - Syntax error: Unexpected token 'errors', expecting '}'`,
    );
  });
});
