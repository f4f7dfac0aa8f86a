import { isErrno } from '../../host/errno.ts';
import { getaddrinfo, isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import { getnameinfo, type Family } from '../../host/resolver/getaddrinfo.ts';
import { readHosts } from '../../host/resolver/hosts-file.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import { serviceName, servicePort } from '../../network/netfilter/iptables/names.ts';

/** getent of glibc 2.36: hosts, ahosts, services, passwd and group. */
const program: Program = { name: 'getent', paths: ['/usr/bin/getent'], run };

export default program;

const UNMODELLED = [
  'aliases',
  'ethers',
  'gshadow',
  'initgroups',
  'netgroup',
  'networks',
  'protocols',
  'rpc',
  'shadow',
];

function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) {
    const real = /^(-s|--service|-i|--no-idn|--help|--usage|--version|-V|-\?)/.test(option);
    const unknown =
      `getent: invalid option -- '${option.slice(1, 2)}'\nTry ` +
      `\`getent --help' or \`getent --usage' for more information.\n`;
    yield* sys.write(2, real ? `getent: ${option} is not modelled here\n` : unknown);
    return real ? 2 : 64;
  }
  const [database, ...keys] = words;
  if (database === undefined) {
    yield* sys.write(
      2,
      "getent: wrong number of arguments\nTry `getent --help' or " +
        "`getent --usage' for more information.\n",
    );
    return 1;
  }
  const look = databases[database];
  if (!look) {
    const known = UNMODELLED.includes(database);
    const text = known
      ? `getent: ${database} is not modelled here`
      : `Unknown database: ${database}\nTry \`getent --help' or ` +
        `\`getent --usage' for more information.`;
    yield* sys.write(2, `${text}\n`);
    return known ? 2 : 1;
  }
  return yield* look(sys, keys);
}

type Look = (sys: Sys, keys: readonly string[]) => Call<number>;

const databases: Readonly<Record<string, Look>> = {
  hosts,
  ahosts: (sys, keys) => ahosts(sys, keys, 'any'),
  ahostsv4: (sys, keys) => ahosts(sys, keys, 'v4'),
  ahostsv6: (sys, keys) => ahosts(sys, keys, 'v6'),
  services,
  passwd: (sys, keys) => file(sys, '/etc/passwd', keys),
  group: (sys, keys) => file(sys, '/etc/group', keys),
};

/** gethostbyname2: the whole search list for IPv6, and only then for IPv4. */
function* hosts(sys: Sys, keys: readonly string[]): Call<number> {
  if (keys.length === 0) {
    for (const { address, names } of readHosts(sys)) yield* sys.write(1, line(address, names));
    return 0;
  }
  let code = 0;
  for (const key of keys) {
    if (isIPv4(key) || isIPv6(key)) {
      const name = yield* getnameinfo(sys, key);
      if (name === undefined) code = 2;
      else yield* sys.write(1, line(key, [name]));
      continue;
    }
    let found = yield* getaddrinfo(sys, key, 'v6');
    if (!found.ok) found = yield* getaddrinfo(sys, key, 'v4');
    if (!found.ok) {
      code = 2;
      continue;
    }
    for (const address of found.addresses) {
      yield* sys.write(1, line(address, [found.canonical, ...found.aliases]));
    }
  }
  return code;
}

const line = (address: string, names: readonly string[]) =>
  `${address.padEnd(15)} ${names.join(' ')}\n`;

/** getaddrinfo: each address for streams, datagrams and raw sockets. */
function* ahosts(sys: Sys, keys: readonly string[], family: Family): Call<number> {
  let code = 0;
  for (const key of keys) {
    const found = yield* getaddrinfo(sys, key, family);
    if (!found.ok) {
      code = 2;
      continue;
    }
    for (const [index, address] of found.addresses.entries()) {
      for (const type of ['STREAM', 'DGRAM', 'RAW']) {
        const name = index === 0 && type === 'STREAM' ? found.canonical : '';
        yield* sys.write(1, `${address.padEnd(15)} ${type.padEnd(6)} ${name}\n`);
      }
    }
  }
  return code;
}

function* services(sys: Sys, keys: readonly string[]): Call<number> {
  let code = 0;
  for (const key of keys) {
    const [text = '', protocol = 'tcp'] = key.split('/');
    const port = /^\d+$/.test(text) ? Number(text) : servicePort(text);
    const name = port === undefined ? undefined : serviceName(port, protocol);
    if (name === undefined) code = 2;
    else yield* sys.write(1, `${name.padEnd(21)} ${port}/${protocol}\n`);
  }
  return code;
}

/** Lines of a file of colon-separated fields, by name or number. */
function* file(sys: Sys, path: string, keys: readonly string[]): Call<number> {
  const found = sys.files.read(path);
  const lines = isErrno(found) ? [] : found.text.split('\n').filter((each) => each !== '');
  if (keys.length === 0) {
    yield* sys.write(1, lines.map((each) => `${each}\n`).join(''));
    return 0;
  }
  let code = 0;
  for (const key of keys) {
    const own = lines.find((each) => {
      const [name, , number] = each.split(':');
      return name === key || number === key;
    });
    if (own === undefined) code = 2;
    else yield* sys.write(1, `${own}\n`);
  }
  return code;
}
