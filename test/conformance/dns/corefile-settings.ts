// What a plugin's set-up made of a stanza, under the names that the upstream tests use.
import type { Json } from '../../../src/emulator/world/json.ts';

type Row = { readonly [name: string]: Json | undefined };
type Settings = { readonly [name: string]: Json | undefined };

const micros = (nanos: Json | undefined) => (nanos as number) / 1000;

/** The settings that a row tells, as far as they are modelled. */
export function wantedSettings(plugin: string, row: Row): Settings {
  const all: { [name: string]: Json | undefined } = {};
  const take = (name: string, of: string, change = (value: Json | undefined) => value) => {
    if (row[of] !== undefined && row[of] !== null) all[name] = change(row[of]);
  };
  if (plugin === 'forward') {
    take('from', 'expectedFrom');
    take('maxFails', 'expectedFails');
    take('policy', 'expectedPolicy');
    take('maxConcurrent', 'expectedVal');
    take('healthDomain', 'expectedDomain');
    if (row['expectedDomain'] !== undefined) take('healthRecursion', 'expectedRecVal');
    const options = row['expectedOpts'] as Row | undefined;
    if (options) {
      all['forceTcp'] = options['forceTCP'];
      all['preferUdp'] = options['preferUDP'];
      all['healthDomain'] = options['hCDomain'];
      all['healthRecursion'] = options['hCRecursionDesired'];
    }
  }
  if (plugin === 'cache') {
    take('pcap', 'expectedPcap');
    take('ncap', 'expectedNcap');
    take('pttl', 'expectedPttl', micros);
    take('nttl', 'expectedNttl', micros);
    take('minpttl', 'expectedMinPttl', micros);
    take('minnttl', 'expectedMinNttl', micros);
    take('prefetch', 'expectedPrefetch');
    take('staleFor', 'staleUpTo', micros);
    take('verify', 'verifyStale');
    take('servfail', 'failttl', micros);
    take('denialExcept', 'nexcept');
    take('successExcept', 'pexcept');
  }
  if (plugin === 'kubernetes') {
    take('zoneCount', 'expectedZoneCount');
    take('namespaceCount', 'expectedNSCount');
    take('podMode', 'expectedPodMode');
    take('ttl', 'expectedTTL');
    take('startupTimeout', 'expectedStartupTimeout', micros);
    take('multicluster', 'expectedMulticlusterZones');
    take('fall', 'expectedFallthrough', (value) => (value as Row)['zones']);
  }
  if (plugin === 'k8s_external') {
    take('apex', 'expectedApex');
    take('zones', 'expectedZone', (value) => [value ?? '']);
    take('fall', 'expectedFallthrough', (value) => (value as Row)['zones']);
  }
  if (plugin === 'bufsize') take('size', 'expectedData');
  if (plugin === 'bind') take('addresses', 'expected');
  if (plugin === 'loadbalance') take('policy', 'expectedPolicy');
  if (plugin === 'ready') {
    take('address', 'expectedAddr');
    take('monitor', 'expectedMonitorType');
  }
  return all;
}

/** The same of what set-up gave. */
export function settingsOf(plugin: string, config: Json | undefined): Settings {
  const first = (Array.isArray(config) ? config[0] : config) as Row | undefined;
  const own = first ?? {};
  if (plugin === 'cache') {
    const [success, denial] = [own['success'] as Row, own['denial'] as Row];
    return {
      ...own,
      pcap: success?.['capacity'],
      ncap: denial?.['capacity'],
      pttl: success?.['most'],
      nttl: denial?.['most'],
      minpttl: success?.['least'],
      minnttl: denial?.['least'],
    };
  }
  if (plugin === 'kubernetes') {
    return {
      ...own,
      zoneCount: (own['zones'] as readonly Json[] | undefined)?.length,
      namespaceCount: (own['namespaces'] as readonly Json[] | undefined)?.length,
      fall: own['fall'] ?? [],
    };
  }
  if (plugin === 'k8s_external') return { ...own, fall: own['fall'] ?? [] };
  if (plugin === 'ready') {
    const address = own['address'] === '0.0.0.0' ? '' : String(own['address']);
    return { ...own, address: `${address === '127.0.0.1' ? 'localhost' : address}:${own['port']}` };
  }
  return own;
}
