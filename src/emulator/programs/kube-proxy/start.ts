import type { DaemonSys, ExitCode, Syscall } from '../../host/syscalls.ts';
import { cleanUp } from './cleanup.ts';
import { readCommand } from './config.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { log, quoted } from './log.ts';
import { writeState, type ProxyState } from './state.ts';
import { listAndWatch } from './watch.ts';

type Handling<T> = Generator<Syscall, T, unknown>;

const VERSION = 'v1.36.2';

/** What begins kube-proxy's life; a number ends it at once. */
export function* start(sys: DaemonSys): Handling<ExitCode | ProxyState> {
  const asked = readCommand(sys);
  if (asked.act === 'version') {
    sys.log(`Kubernetes ${VERSION}`);
    return 0;
  }
  if (asked.act === 'cleanup') {
    cleanUp(sys, 'all');
    return 0;
  }
  if (asked.act === 'error' && asked.text !== undefined) {
    sys.log(asked.text);
    return 1;
  }
  if (asked.strict !== undefined) {
    const what = '"Using lenient decoding as strict decoding failed"';
    log(sys, 'I', 'options.go:456', `${what} err=${quoted(asked.strict)}`);
  }
  if (asked.act === 'error') {
    log(sys, 'E', 'run.go:72', `"command failed" err=${quoted(asked.failed ?? '')}`);
    return 1;
  }
  const { config } = asked;
  if (config.modeUnset) log(sys, 'I', 'server_linux.go:53', '"Using iptables proxy"');
  forget(sys);
  const api = readKubeconfig(sys, config.kubeconfig);
  let state: ProxyState = {
    config,
    ...(api ? { api } : {}),
    nodeIP: '127.0.0.1',
    labels: {},
    watches: {},
    listed: [],
    lastSync: 0,
    syncPlanned: false,
    dirty: 'all',
    servers: {},
  };
  writeState(sys, state);
  state = yield* listAndWatch(sys, state, 'node');
  setUp(sys, state);
  announce(sys, state);
  return state;
}

/** Records of an earlier run of this process would be stale. */
function forget(sys: DaemonSys): void {
  for (const prefix of ['service/', 'slice/', 'connection/', 'graceful/', 'metric/']) {
    for (const [name] of sys.memories(prefix)) sys.remember(name, undefined);
  }
}

/** Settings of the kernel, and rules of other modes (`platformSetup`, `platformCleanup`). */
function setUp(sys: DaemonSys, state: ProxyState): void {
  const { config, nodeIP, nodeIP6 } = state;
  const ips = [nodeIP, nodeIP6].flatMap((ip) => (ip === undefined ? [] : quoted(ip)));
  log(sys, 'I', 'server.go:228', `"Successfully retrieved NodeIPs" NodeIPs=[${ips.join(',')}]`);
  for (const [name, value] of Object.entries(config.conntrack)) {
    if (sys.network.sysctl(`net.netfilter.${name}`) === String(value)) continue;
    sys.network.setSysctl(`net.netfilter.${name}`, String(value));
  }
  cleanUp(sys, config.mode);
}

/**
 * The lines that matter of those that kube-proxy begins its log with (caches, settings and Go's own
 * are left out, so that `kubectl logs -l` shows the mode among the last ten), and the settings
 * that its mode needs.
 */
function announce(sys: DaemonSys, { config }: ProxyState): void {
  if (config.nodePortAddresses.length === 0) {
    log(
      sys,
      'E',
      'server.go:265',
      '"Kube-proxy configuration may be incomplete or incorrect" ' +
        'err="nodePortAddresses is unset; NodePort connections will be accepted on all ' +
        'local IPs. Consider using ' +
        '`--nodeport-addresses primary`"',
    );
  }
  log(sys, 'I', 'server.go:274', '"kube-proxy running in dual-stack mode" primary ipFamily="IPv4"');
  if (config.mode === 'iptables') announceIptables(sys, config.localhostNodePorts);
  else if (config.mode === 'ipvs') announceIpvs(sys, config.ipvs);
  else log(sys, 'I', 'server_linux.go:254', '"Using nftables Proxier"');
  log(sys, 'I', 'server.go:539', `"Version info" version="${VERSION}"`);
  log(sys, 'I', 'config.go:200', '"Starting service config controller"');
  log(sys, 'I', 'config.go:106', '"Starting endpoint slice config controller"');
  log(sys, 'I', 'config.go:309', '"Starting node config controller"');
}

function announceIptables(sys: DaemonSys, localhost: boolean): void {
  log(sys, 'I', 'server_linux.go:137', '"Using iptables Proxier"');
  if (!localhost) return;
  log(
    sys,
    'I',
    'proxier.go:243',
    '"Setting route_localnet=1 to allow node-ports on localhost; to change this either disable ' +
      'iptables.localhostNodePorts (--iptables-localhost-nodeports) or set nodePortAddresses ' +
      '(--nodeport-addresses) to filter loopback addresses" ipFamily="IPv4"',
  );
  sys.network.setSysctl('net.ipv4.conf.all.route_localnet', '1');
}

const DEPRECATED =
  'The ipvs proxier is now deprecated and may be removed in a future release. ' +
  "Please use 'nftables' instead.";

function announceIpvs(sys: DaemonSys, ipvs: ProxyState['config']['ipvs']): void {
  log(sys, 'I', 'server_linux.go:194', '"Using ipvs Proxier"');
  log(sys, 'E', 'server_linux.go:196', `"${DEPRECATED}"`);
  const { network } = sys;
  for (const name of ['conntrack', 'expire_nodest_conn', 'expire_quiescent_template']) {
    network.setSysctl(`net.ipv4.vs.${name}`, '1');
  }
  network.setSysctl('net.ipv4.ip_forward', '1');
  if (ipvs.strictARP) {
    network.setSysctl('net.ipv4.conf.all.arp_ignore', '1');
    network.setSysctl('net.ipv4.conf.all.arp_announce', '2');
  }
  const { tcp, tcpfin, udp } = network.ipvs.view.timeouts;
  const { tcpTimeout, tcpFinTimeout, udpTimeout } = ipvs;
  if (tcpTimeout + tcpFinTimeout + udpTimeout > 0) {
    network.ipvs.changeTimeouts({
      tcp: tcpTimeout || tcp,
      tcpfin: tcpFinTimeout || tcpfin,
      udp: udpTimeout || udp,
    });
  }
  for (const family of ipvs.scheduler === '' ? ['IPv4', 'IPv6'] : []) {
    const what = '"IPVS scheduler not specified, use rr by default"';
    log(sys, 'I', 'proxier.go:351', `${what} ipFamily="${family}"`);
  }
  for (const [name, cut] of TRUNCATED) {
    const names = `ipSetName="${name}" truncatedName="${cut}"`;
    log(sys, 'I', 'ipset.go:117', `"Ipset name truncated" ${names}`);
  }
}

/** Names of sets have at most 31 characters. */
const TRUNCATED = [
  ['KUBE-6-LOAD-BALANCER-SOURCE-CIDR', 'KUBE-6-LOAD-BALANCER-SOURCE-CID'],
  ['KUBE-6-NODE-PORT-LOCAL-SCTP-HASH', 'KUBE-6-NODE-PORT-LOCAL-SCTP-HAS'],
] as const;
