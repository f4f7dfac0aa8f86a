import { isErrno, strerror } from '../../host/errno.ts';
import {
  gaiText,
  getaddrinfo,
  getnameinfo,
  isIPv4,
  isIPv6,
} from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { SocketEvent } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { readOptions, type OptionTable } from '../gnu/getopt.ts';

/** tracepath of iputils 20221126, IPv4. */
const program: ProgramCode = {
  run,
};

export default program;

const USAGE = `
Usage
  tracepath [options] <destination>

Options:
  -4             use IPv4
  -6             use IPv6
  -b             print both name and ip
  -l <length>    use packet <length>
  -m <hops>      use maximum <hops>
  -n             no dns name resolution
  -p <port>      use destination <port>
  -V             print version and exit
  <destination>  dns name or ip address

For more details see tracepath(8).
`;

const table: OptionTable = { short: '46bnVl:m:p:h' };
/** Of IP and UDP together. */
const HEADERS = 28;
const HEADERS_6 = 48;
const BUILD = 'libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n';
const FIRST_PORT = 44_444;
const COLUMN = 52;
const HOST = 32;

interface State {
  readonly sys: Sys;
  readonly fd: Fd;
  readonly address: string;
  readonly numeric: boolean;
  readonly both: boolean;
  mtu: number;
  port: number;
  hopsTo: number;
  hopsFrom: number;
}

type Icmp = Extract<SocketEvent, { event: 'icmp' }>;

function* run(argv: readonly string[], sys: Sys): Process {
  const read = readOptions(argv.slice(1), table);
  const refuse = function* (text: string, code = 1): Call<number> {
    yield* sys.write(2, text);
    return code;
  };
  if ('unmodelled' in read) {
    return yield* refuse(`tracepath: ${read.unmodelled} is not modelled here\n`);
  }
  if ('error' in read) return yield* refuse(`tracepath: ${read.error}\n${USAGE}`, 255);
  const { given, operands } = read;
  const has = (key: string) => given.some((each) => each.key === key);
  const number = (key: string, usual: number) =>
    Number(given.findLast((each) => each.key === key)?.value ?? usual);
  if (has('V')) {
    yield* sys.write(1, `tracepath from iputils 20221126\n${BUILD}`);
    return 0;
  }
  const [host] = operands;
  if (host === undefined || has('h')) return yield* refuse(USAGE, 255);
  const hops = number('m', 30);
  if (!(hops >= 0 && hops <= 255)) {
    const told = given.findLast(({ key }) => key === 'm')?.value ?? '';
    const why = /^-?\d+$/.test(told) ? ': out of range: 0 <= value <= 255' : '';
    return yield* refuse(`tracepath: invalid argument: '${told}'${why}\n`);
  }
  const family = has('6') ? 'v6' : has('4') ? 'v4' : undefined;
  const found = yield* getaddrinfo(sys, host, family);
  const four = found.ok ? found.addresses.find(isIPv4) : undefined;
  const six = found.ok ? found.addresses.find(isIPv6) : undefined;
  const address = family === 'v6' ? six : family === 'v4' ? four : (four ?? six);
  if (!found.ok || address === undefined) {
    const other = 'Address family for hostname not supported';
    const why = found.ok ? other : gaiText[found.why];
    return yield* refuse(`tracepath: ${host}: ${why}\n`);
  }
  const fd = sys.openUdp(isIPv6(address) ? { address: '::' } : undefined);
  const route = sys.network.routeTo(address);
  if (isErrno(fd) || !route) {
    return yield* refuse(`tracepath: connect: ${strerror('ENETUNREACH')}\n`);
  }
  const link = sys.network.links().find(({ name }) => name === route.device);
  sys.setPace('stream');
  const state: State = {
    sys,
    fd,
    address,
    numeric: has('n'),
    both: has('b'),
    mtu: Math.min(number('l', 65_535), link?.mtu ?? 1500),
    port: number('p', FIRST_PORT),
    hopsTo: -1,
    hopsFrom: -1,
  };
  const short = given.some(({ key }) => key === 'l') && number('l', 0) <= (link?.mtu ?? 1500);
  yield* trace(state, hops, short);
  sys.close(fd);
  return 0;
}

/** Hop after hop; a hop is asked again when the path's MTU has turned out to be smaller. */
function* trace(state: State, most: number, short: boolean): Call<void> {
  const { sys } = state;
  // The first probe is as large as can be, and the machine itself says that it is too large.
  let changed = !short;
  if (changed) {
    // Over IPv6 the machine's own word has a time as well.
    const own = isIPv6(state.address) ? '[LOCALHOST]'.padEnd(HOST + 3) + '0.020ms ' : '';
    const first = own === '' ? `${'[LOCALHOST]'.padEnd(HOST)} ` : own;
    yield* sys.write(1, ` 1?: ${first}pmtu ${state.mtu}\n`);
  }
  for (let ttl = 1; ttl <= most; ttl++) {
    let result: 'done' | 'hop' | 'silence' = 'silence';
    for (let tries = 0; tries < 3; tries++) {
      const before = state.mtu;
      result = yield* probe(state, ttl);
      if (changed || state.mtu !== before) {
        changed = false;
        tries = -1;
        continue;
      }
      if (result !== 'silence') break;
    }
    if (result === 'done') {
      const to = state.hopsTo >= 0 ? `hops ${state.hopsTo} ` : '';
      const back = state.hopsFrom >= 0 ? `back ${state.hopsFrom} ` : '';
      yield* sys.write(1, `     Resume: pmtu ${state.mtu} ${to}${back}\n`);
      return;
    }
    if (result === 'silence') yield* sys.write(1, `${String(ttl).padStart(2)}:  no reply\n`);
  }
  yield* sys.write(1, `     Too many hops: pmtu ${state.mtu}\n     Resume: pmtu ${state.mtu} \n`);
}

function* probe(state: State, ttl: number): Call<'done' | 'hop' | 'silence'> {
  const { sys, fd, address } = state;
  const sent = sys.now;
  const payload = '\0'.repeat(Math.max(0, state.mtu - (isIPv6(address) ? HEADERS_6 : HEADERS)));
  sys.sendTo(fd, { address, port: state.port++ }, payload, { ttl });
  for (let left = SECOND; left > 0; left = sent + SECOND - sys.now) {
    const event = yield* sys.receive(fd, left);
    if (isErrno(event)) break;
    if (event.event === 'icmp') return yield* told(state, ttl, event, sys.now - sent);
  }
  return 'silence';
}

/** Hops that an answer has gone, by what is left of the TTL that it must have begun with. */
function hopsBack(ttl: number): number {
  if (ttl <= 64) return 65 - ttl;
  return ttl <= 128 ? 129 - ttl : 256 - ttl;
}

function* told(state: State, ttl: number, event: Icmp, took: Micros): Call<'done' | 'hop'> {
  const { sys } = state;
  const name = yield* nameOf(state, event.from);
  const millis = String(Math.floor(took / 1000)).padStart(3);
  const time = `${millis}.${String(took % 1000).padStart(3, '0')}ms `;
  const head = `${String(ttl).padStart(2)}:  ${name.padEnd(COLUMN)}${time}`;
  const back = hopsBack(event.ttl);
  const asymmetric = back === ttl ? '' : `asymm ${String(back).padStart(2)} `;
  switch (event.kind) {
    case 'frag-needed':
      state.mtu = Math.min(state.mtu, event.mtu ?? state.mtu);
      yield* sys.write(1, `${head}pmtu ${state.mtu}\n`);
      return 'hop';
    case 'port-unreachable':
      state.hopsTo = ttl;
      state.hopsFrom = back;
      yield* sys.write(1, `${head}${asymmetric}reached\n`);
      return 'done';
    case 'time-exceeded':
      yield* sys.write(1, `${head}${asymmetric}\n`);
      return 'hop';
    default: {
      const signs = { 'net-unreachable': '!N', 'admin-prohibited': '!A' } as const;
      const sign = signs[event.kind as keyof typeof signs] ?? '!H';
      yield* sys.write(1, `${head}${sign}\n`);
      return 'done';
    }
  }
}

function* nameOf({ sys, numeric, both }: State, address: string): Call<string> {
  if (numeric) return address;
  const name = (yield* getnameinfo(sys, address)) ?? address;
  return both ? `${name} (${address})` : name;
}
