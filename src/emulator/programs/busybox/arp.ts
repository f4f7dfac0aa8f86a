import type { Applet } from './applet.ts';

const usage =
  'arp\n[-vn]\t[-H HWTYPE] [-i IF] -a [HOSTNAME]\n' +
  '[-v]\t\t    [-i IF] -d HOSTNAME [pub]\n' +
  '[-v]\t[-H HWTYPE] [-i IF] -s HOSTNAME HWADDR [temp]\n' +
  '[-v]\t[-H HWTYPE] [-i IF] -s HOSTNAME HWADDR [netmask MASK] pub\n' +
  '[-v]\t[-H HWTYPE] [-i IF] -Ds HOSTNAME IFACE [netmask MASK] pub\n\n' +
  'Manipulate ARP cache\n\n' +
  '\t-a\t\tDisplay (all) hosts\n\t-d\t\tDelete ARP entry\n\t-s\t\tSet new entry\n' +
  "\t-v\t\tVerbose\n\t-n\t\tDon't resolve names\n\t-i IF\t\tNetwork interface\n" +
  '\t-D\t\tRead HWADDR from IFACE\n\t-A,-p AF\tProtocol family\n' +
  '\t-H HWTYPE\tHardware address type\n';

/** arp of busybox: shows the neighbours over IPv4. */
export const arp: Applet = {
  name: 'arp',
  usage: () => usage,
  options: () => ({ short: 'anvi:', unmodelled: ['-d', '-s', '-D', '-A', '-p', '-H'] }),
  *run(line, sys) {
    const [host] = line.operands;
    const device = line.value('i');
    const found = sys.network
      .neighbours()
      .filter(({ address }) => !address.includes(':') && (host === undefined || host === address))
      .filter((each) => device === undefined || each.device === device);
    if (host !== undefined && found.length === 0) {
      yield* sys.write(1, 'No match found in ' + `${sys.network.neighbours().length} entries\n`);
      return 1;
    }
    const lines = found.map(({ address, mac, state, device: on }) => {
      const permanent = state === 'PERMANENT' ? 'PERM ' : '';
      const at = mac === undefined ? '<incomplete> ' : `${mac} [ether]  ${permanent}`;
      return `? (${address}) at ${at}on ${on}\n`;
    });
    yield* sys.write(1, lines.join(''));
    return 0;
  },
};
