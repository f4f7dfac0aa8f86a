import ipaddr from 'ipaddr.js';
import type { Fields } from './decode.ts';

const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' ? value : undefined);

const ROOT = 'KubeProxyConfiguration';

const invalid = (path: string, value: unknown, detail: string) =>
  `${path === '' ? ROOT : `${ROOT}.${path}`}: Invalid value: ${JSON.stringify(value)}: ${detail}`;

/**
 * What kube-proxy refuses of a configuration, in its order (upstream
 * pkg/proxy/apis/config/validation). `defaults` has the values of fields that are left out.
 */
export function validate(file: Fields): readonly string[] {
  const [iptables, ipvs, conntrack] = [
    object(file['iptables']),
    object(file['ipvs']),
    object(file['conntrack']),
  ];
  return [
    ...bit(iptables['masqueradeBit'], 'KubeProxyIPTablesConfiguration'),
    ...(file['mode'] === 'ipvs' ? validateIpvs(ipvs) : []),
    ...(file['mode'] === 'nftables'
      ? bit(object(file['nftables'])['masqueradeBit'], 'KubeProxyNFTablesConfiguration')
      : []),
    ...validateConntrack(conntrack),
    ...range(file['oomScoreAdj'], -1000, 1000, 'KubeProxyLinuxConfiguration.OOMScoreAdj'),
    ...validateMode(text(file['mode'])),
    ...validateAddresses(file),
    ...validateDetection(file),
  ];
}

function range(value: unknown, low: number, high: number, path: string): string[] {
  const given = number(value);
  if (given === undefined || (given >= low && given <= high)) return [];
  return [invalid(path, given, `must be within the range [${low}, ${high}]`)];
}

const bit = (value: unknown, path: string) => range(value, 0, 31, `${path}.MasqueradeBit`);

const isNegative = (value: unknown) => text(value).startsWith('-');

function negative(fields: Fields, names: readonly (readonly [string, string])[]): string[] {
  return names.flatMap(([field, path]) =>
    isNegative(fields[field]) || (number(fields[field]) ?? 0) < 0
      ? [invalid(path, fields[field], 'must be greater than or equal to 0')]
      : [],
  );
}

function validateIpvs(ipvs: Fields): string[] {
  const path = 'KubeProxyIPVSConfiguration';
  const cidrs = Array.isArray(ipvs['excludeCIDRs']) ? ipvs['excludeCIDRs'] : [];
  return [
    ...negative(ipvs, [
      ['tcpTimeout', `${path}.TCPTimeout`],
      ['tcpFinTimeout', `${path}.TCPFinTimeout`],
      ['udpTimeout', `${path}.UDPTimeout`],
    ]),
    ...cidrs.flatMap((cidr, index) =>
      ipaddr.isValidCIDR(String(cidr))
        ? []
        : [invalid(`${path}.ExcludeCidrs[${index}]`, cidr, 'must be a valid CIDR')],
    ),
  ];
}

function validateConntrack(conntrack: Fields): string[] {
  const path = 'KubeProxyLinuxConfiguration.KubeProxyConntrackConfiguration';
  return negative(conntrack, [
    ['maxPerCore', `${path}.MaxPerCore`],
    ['min', `${path}.Min`],
    ['tcpEstablishedTimeout', `${path}.TCPEstablishedTimeout`],
    ['tcpCloseWaitTimeout', `${path}.TCPCloseWaitTimeout`],
    ['udpTimeout', `${path}.UDPTimeout`],
    ['udpStreamTimeout', `${path}.UDPStreamTimeout`],
  ]);
}

const MODES = ['iptables', 'ipvs', 'nftables'];

function validateMode(mode: string): string[] {
  if (mode === '' || MODES.includes(mode)) return [];
  const usual = '(blank means the best-available proxy [currently iptables])';
  return [invalid('Mode.ProxyMode', mode, `must be ${MODES.join(', ')} or blank ${usual}`)];
}

function validateAddresses(file: Fields): string[] {
  const bind = text(file['bindAddress']);
  const problems =
    bind === '' || ipaddr.isValid(bind)
      ? []
      : [invalid('BindAddress', bind, 'not a valid textual representation of an IP address')];
  for (const [field, path] of [
    ['healthzBindAddress', 'HealthzBindAddress'],
    ['metricsBindAddress', 'MetricsBindAddress'],
  ] as const) {
    if (text(file[field]) !== '') problems.push(...hostPort(text(file[field]), path));
  }
  problems.push(...clusterCIDR(text(file['clusterCIDR'])));
  const ports = Array.isArray(file['nodePortAddresses']) ? file['nodePortAddresses'] : [];
  ports.forEach((cidr, index) => {
    const path = `NodePortAddresses[${index}]`;
    if (cidr === 'primary' && ports.length === 1) return;
    if (cidr === 'primary') {
      problems.push(invalid(path, cidr, "can't use both 'primary' and CIDRs"));
    } else if (!ipaddr.isValidCIDR(String(cidr))) {
      problems.push(invalid(path, cidr, 'must be a valid CIDR'));
    }
  });
  return problems;
}

function hostPort(value: string, path: string): string[] {
  const colon = value.lastIndexOf(':');
  // An address alone gets the usual port.
  if (ipaddr.isValid(value)) return [];
  if (colon < 0) return [invalid(path, value, 'must be IP:port')];
  const host = value.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = value.slice(colon + 1);
  const found = ipaddr.isValid(host) ? [] : [invalid(path, host, 'must be a valid IP')];
  const fine = /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
  return fine ? found : [...found, invalid(path, port, 'must be a valid port')];
}

function clusterCIDR(value: string): string[] {
  const cidrs = value === '' ? [] : value.split(',');
  const example = '10.100.0.0/16';
  const [path, six] = ['ClusterCIDR', 'fde4:8dba:82e1::/48'];
  if (cidrs.length > 2) {
    const dual = `(e.g. ${example},${six})`;
    return [invalid(path, value, `only one CIDR allowed or a valid DualStack CIDR ${dual}`)];
  }
  if (cidrs.length === 2) {
    const families = new Set(cidrs.map((cidr) => cidr.includes(':')));
    if (families.size === 2 && cidrs.every((cidr) => ipaddr.isValidCIDR(cidr))) return [];
    return [invalid(path, value, `must be a valid DualStack CIDR (e.g. ${example},${six})`)];
  }
  if (cidrs.every((cidr) => ipaddr.isValidCIDR(cidr))) return [];
  return [invalid(path, value, `must be a valid CIDR block (e.g. ${example} or ${six})`)];
}

const LOCAL_MODES = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix', ''];

function validateDetection(file: Fields): string[] {
  const mode = text(file['detectLocalMode']);
  const local = object(file['detectLocal']);
  if (!LOCAL_MODES.includes(mode)) {
    const supported = LOCAL_MODES.map((each) => `"${each}"`)
      .sort()
      .join(', ');
    const what = `Unsupported value: "${mode}": supported values: ${supported}`;
    return [`${ROOT}.DetectLocalMode: ${what}`];
  }
  if (mode === 'BridgeInterface' && text(local['bridgeInterface']) === '') {
    return [invalid('InterfaceName', '', 'must not be empty')];
  }
  if (mode === 'InterfaceNamePrefix' && text(local['interfaceNamePrefix']) === '') {
    return [invalid('InterfacePrefix', '', 'must not be empty')];
  }
  return [];
}
