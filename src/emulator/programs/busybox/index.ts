import { isErrno } from '../../host/errno.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import { debian, link, runApplet, upstream, type Build } from './applet.ts';
import { arp } from './arp.ts';
import { ifconfig } from './ifconfig.ts';
import { ip } from './ip.ts';
import { nc } from './nc.ts';
import { ping } from './ping.ts';
import { telnet } from './telnet.ts';
import { traceroute } from './traceroute.ts';
import { wget } from './wget.ts';

const applets = [nc, ping, telnet, traceroute, wget];
/** Those that only `busybox NAME` runs: under their own names an image has the fuller tools. */
const inner = [...applets, arp, ifconfig, ip];

/** busybox itself, in its two builds, and the applets under their own names. */
const programs: readonly Program[] = [
  multiCall('busybox', '/bin/busybox', upstream),
  multiCall('busybox-debian', '/usr/bin/busybox', debian),
  ...applets.map((applet) => link(applet, upstream)),
];

export default programs;

function multiCall(name: string, path: string, build: Build): Program {
  return {
    name,
    paths: [path],
    *run(argv, sys): Process {
      const [, wanted, ...words] = argv;
      if (wanted === undefined || wanted === '--help') return yield* introduce(build, sys);
      const applet = inner.find((each) => each.name === wanted);
      if (applet) return yield* runApplet(applet, build, words, sys);
      // The others are the programs that the image has under these names.
      const own = `/bin/${wanted}`;
      const path = isErrno(sys.files.stat(own)) ? wanted : own;
      const failed = isErrno(yield* sys.exec([path, ...words]));
      if (failed) yield* sys.write(2, `${wanted}: applet not found\n`);
      return 127;
    },
  };
}

function* introduce({ banner }: Build, sys: Sys): Call<number> {
  const listed = sys.files.list('/bin');
  const names = isErrno(listed) ? [] : [...listed].sort();
  yield* sys.write(
    1,
    `${banner}\nBusyBox is copyrighted by many authors between 1998-2015.\n` +
      'Licensed under GPLv2. See source distribution for detailed\ncopyright notices.\n\n' +
      'Usage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n' +
      '   or: busybox --show SCRIPT\n   or: busybox --install [-s] [DIR]\n' +
      '   or: function [arguments]...\n\n' +
      '\tBusyBox is a multi-call binary that combines many common Unix\n' +
      '\tutilities into a single executable.  Most people will create a\n' +
      '\tlink to busybox for each function they wish to use and BusyBox\n' +
      '\twill act like whatever it was invoked as.\n\n' +
      'Currently defined functions:\n' +
      `${wrap(names)}\n`,
  );
  return 0;
}

/** Names with commas between, in lines of at most 80 columns, a tab before each. */
function wrap(names: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const [index, name] of names.entries()) {
    const piece = index < names.length - 1 ? `${name}, ` : name;
    if (line.length + piece.length > 70) {
      lines.push(`\t${line.trimEnd()}`);
      line = '';
    }
    line += piece;
  }
  return [...lines, `\t${line}`].join('\n');
}
