import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { LinkInfo } from '../../network/api.ts';

interface Result {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

const fail = (stderr: string, exit: number): Result => ({ stderr: `${stderr}\n`, exit });

/** iproute2 6.1.0 `bridge`. */
const bridge: ProgramCode = {
  *run(argv, sys): Process {
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default bridge;

function execute(words: readonly string[], sys: Sys): Result {
  let details = false;
  let index = 0;
  for (; /^-/.test(words[index] ?? ''); index++) {
    const word = words[index] as string;
    if (/^--?d(etails)?$/.test(word)) details = true;
    else if (/^--?V(ersion)?$/.test(word)) return { stdout: 'bridge utility, 6.1.0\n', exit: 0 };
    else if (/^--?(s|statistics|j|json|p|pretty|n|netns|o|oneline|b|batch|t)$/.test(word)) {
      return fail(`bridge: ${word} is not modelled here`, 2);
    } else if (!/^--?c(olor|ompressvlans)?$/.test(word)) {
      return fail(`Option "${word}" is unknown, try "bridge help".`, 255);
    }
  }
  const [object = '', command = 'show', ...rest] = words.slice(index);
  const is = (name: string) => object !== '' && name.startsWith(object);
  if (is('link')) return link(command, rest, sys, details);
  if (is('fdb')) return fdb(command, rest, sys);
  if (object === '' || is('help')) return { stderr: usage, exit: 255 };
  const shows = ['show', 'list', 'lst'].some((name) => name.startsWith(command));
  // No bridge here filters by virtual LAN.
  if (is('vlan') && shows) return { stdout: 'port              vlan-id  \n', exit: 0 };
  if (['mdb', 'vlan', 'vni', 'monitor', 'mst'].some(is)) {
    return fail(`bridge: ${object} is not modelled here`, 2);
  }
  return fail(`Object "${object}" is unknown, try "bridge help".`, 255);
}

/** What stands behind the @: the other end where it lies in this namespace, else the bridge. */
function below({ peer, master }: LinkInfo, { network }: Sys): string {
  const { host, netns } = network.ref;
  return peer && peer.host === host && peer.netns === netns ? peer.name : (master ?? '');
}

function flags(each: LinkInfo): string {
  return each.up ? 'BROADCAST,MULTICAST,UP,LOWER_UP' : 'BROADCAST,MULTICAST';
}

function link(command: string, words: readonly string[], sys: Sys, details: boolean): Result {
  const links = sys.network.links();
  if ('set'.startsWith(command)) return setLink(words, sys);
  if (!['show', 'list', 'lst'].some((name) => name.startsWith(command))) {
    return fail(`Command "${command}" is unknown, try "bridge link help".`, 255);
  }
  const only = words[0] === 'dev' ? words[1] : undefined;
  if (only !== undefined && !links.some(({ name }) => name === only))
    return fail(`Cannot find device "${only}"`, 255);
  const lines = links
    .filter((each) => each.master !== undefined && (only === undefined || each.name === only))
    .map((each) => {
      const state = each.up ? 'forwarding' : 'disabled';
      const head =
        `${each.index}: ${each.name}@${below(each, sys)}: <${flags(each)}> mtu ${each.mtu} ` +
        `master ${each.master} state ${state} priority 32 cost 2 \n`;
      const hairpin = each.hairpin ? 'on' : 'off';
      return details ? `${head}    hairpin ${hairpin} ${REST_OF_PORT} \n` : head;
    });
  return { stdout: lines.join(''), exit: 0 };
}

const usage =
  'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\n' +
  '       bridge [ -force ] -batch filename\n' +
  'where  OBJECT := { link | fdb | mdb | vlan | monitor }\n' +
  '       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |\n' +
  '                    -o[neline] | -t[imestamp] | -n[etns] name |\n' +
  '                    -c[ompressvlans] -color -p[retty] -j[son] }\n';

const REST_OF_PORT =
  'guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on ' +
  'mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off';

function setLink(words: readonly string[], sys: Sys): Result {
  if (sys.user !== 'root') return fail('RTNETLINK answers: Operation not permitted', 2);
  const value = (name: string) => words[words.indexOf(name) + 1];
  const device = words.includes('dev') ? value('dev') : undefined;
  if (device === undefined) return fail('Device is a required argument.', 255);
  if (!sys.network.links().some(({ name }) => name === device))
    return fail(`Cannot find device "${device}"`, 255);
  const other = words.find(
    (word, index) => index % 2 === 0 && word !== 'dev' && word !== 'hairpin',
  );
  if (other !== undefined) return fail(`bridge: link set ${other} is not modelled here`, 2);
  if (!words.includes('hairpin')) return { exit: 0 };
  const port = sys.network.links().find(({ name }) => name === device);
  if (port?.master === undefined) return fail('RTNETLINK answers: Operation not supported', 255);
  if (!['on', 'off'].includes(value('hairpin') ?? '')) {
    const given = value('hairpin') ?? '';
    return fail(`Error: argument of "hairpin" must be one of "off", "on", not "${given}"`, 234);
  }
  const errno = sys.network.setLink(device, { hairpin: value('hairpin') === 'on' });
  return errno === undefined ? { exit: 0 } : fail('RTNETLINK answers: Operation not supported', 2);
}

function fdb(command: string, words: readonly string[], sys: Sys): Result {
  if (['show', 'list', 'lst'].some((name) => name.startsWith(command))) return showFdb(words, sys);
  if (!['add', 'append', 'replace', 'delete', 'del'].includes(command)) {
    return fail(`Command "${command}" is unknown, try "bridge fdb help".`, 255);
  }
  if (sys.user !== 'root') return fail('RTNETLINK answers: Operation not permitted', 2);
  const [mac = ''] = words;
  if (words.includes('dev') && !/^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(mac)) {
    return fail(`Invalid mac address ${mac}`, 255);
  }
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const device = value('dev');
  if (device === undefined) return fail('Device and address are required arguments.', 255);
  if (!sys.network.links().some(({ name }) => name === device))
    return fail(`Cannot find device "${device}"`, 255);
  const destination = value('dst');
  if (command.startsWith('del')) {
    const errno = sys.network.removeFdb(mac, device);
    return errno === undefined
      ? { exit: 0 }
      : fail('RTNETLINK answers: No such file or directory', 255);
  }
  if (destination === undefined)
    return fail('bridge: fdb entries without dst are not modelled here', 2);
  const errno = sys.network.setFdb(mac, device, destination);
  return errno === undefined ? { exit: 0 } : fail('RTNETLINK answers: Operation not supported', 2);
}

function showFdb(words: readonly string[], sys: Sys): Result {
  const links = sys.network.links();
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const [only, bridgeName] = [value('dev') ?? value('brport'), value('br')];
  for (const name of [only, bridgeName]) {
    if (name !== undefined && !links.some((each) => each.name === name)) {
      return fail(`Cannot find ${name === only ? 'device' : 'bridge device'} "${name}"`, 255);
    }
  }
  const entries = sys.network.fdb();
  const lines = [...links]
    .sort((a, b) => a.index - b.index)
    .filter((each) => only === undefined || each.name === only)
    .filter(
      (each) => bridgeName === undefined || each.name === bridgeName || each.master === bridgeName,
    )
    .flatMap((each) => {
      const where = only === undefined ? `dev ${each.name} ` : '';
      const own = entries
        .filter(({ device }) => device === each.name)
        .map(({ mac, master, destination, permanent }) => {
          const to = destination === undefined ? '' : `dst ${destination} `;
          const side = master === undefined ? 'self' : `master ${master}`;
          return `${mac} ${where}${to}${side} ${permanent ? 'permanent' : ''}\n`;
        });
      const groups = multicast(each).map((mac) => `${mac} ${where}self permanent\n`);
      return each.kind === 'bridge' ? [...groups, ...own] : [...own, ...groups];
    });
  return { stdout: lines.join(''), exit: 0 };
}

/** Groups that the kernel listens to by itself on a device. */
function multicast({ kind, mac, up }: LinkInfo): readonly string[] {
  if (!up || !['bridge', 'veth', 'physical'].includes(kind)) return [];
  const snoopers = kind === 'bridge' ? ['01:00:5e:00:00:6a', '33:33:00:00:00:6a'] : [];
  return ['33:33:00:00:00:01', ...snoopers, '01:00:5e:00:00:01', `33:33:ff:${mac.slice(9)}`];
}
