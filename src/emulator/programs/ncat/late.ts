import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { SECOND } from '../../world/time.ts';
import { readOptions } from '../gnu/getopt.ts';

/** ncat: connects, and copies standard input and output. */
const program: ProgramCode = {
  run,
};

export default program;

const value = (key: string) => ({ key, value: 'required' as const });

const table = {
  short: '4nvzw:i:h',
  long: { verbose: 'v', nodns: 'n', wait: 'w', 'idle-timeout': value('i') },
  unmodelled: (
    '-6 -C -c -e -g -G -l -k -m -o -p -s -t -u -U -x -d --listen --keep-open --udp --ssl ' +
    '--proxy --exec --sh-exec --lua-exec --source --source-port --recv-only --send-only --crlf ' +
    '--broker --chat --telnet --output --delay --allow --deny --no-shutdown --unixsock'
  ).split(' '),
};

const USUAL_PORT = 31_337;
const PATIENCE = 10 * SECOND;

function* run(argv: readonly string[], sys: Sys): Process {
  const read = readOptions(argv.slice(1), table);
  const say = function* (text: string): Call<void> {
    yield* sys.write(2, `Ncat: ${text}\n`);
  };
  if ('unmodelled' in read) {
    yield* sys.write(2, `ncat: ${read.unmodelled} is not modelled here\n`);
    return 2;
  }
  if ('error' in read) {
    yield* sys.write(2, `ncat: ${read.error}\n`);
    yield* say(
      "Try `--help' or man(1) ncat for more information, usage options and help. QUITTING.",
    );
    return 2;
  }
  const { given, operands } = read;
  const has = (key: string) => given.some((each) => each.key === key);
  if (has('--version') || has('h') || has('--help')) {
    yield* sys.write(has('--version') ? 2 : 1, 'Ncat: Version 7.93 ( https://nmap.org/ncat )\n');
    return 0;
  }
  const [host, service = String(USUAL_PORT)] = operands;
  if (has('v')) yield* say('Version 7.93 ( https://nmap.org/ncat )');
  if (host === undefined) {
    yield* say('You must specify a host to connect to. QUITTING.');
    return 2;
  }
  const port = Number(service);
  if (!(port > 0 && port < 65_536)) {
    yield* say(`Invalid port number "${service}". QUITTING.`);
    return 2;
  }
  const found = yield* getaddrinfo(sys, host, 'v4');
  const address = found.ok ? found.addresses.find(isIPv4) : undefined;
  if (!found.ok || address === undefined) {
    const why = found.ok ? gaiText['no-data'] : gaiText[found.why];
    yield* say(`Could not resolve hostname "${host}": ${why}. QUITTING.`);
    return 2;
  }
  const wait = given.findLast(({ key }) => key === 'w')?.value;
  const timeout = wait === undefined ? PATIENCE : Number.parseFloat(wait) * SECOND;
  const start = sys.now;
  const fd = yield* sys.connect({ address, port }, { timeout });
  if (isErrno(fd)) {
    const late = fd === 'ETIMEDOUT' && sys.now - start >= timeout;
    yield* say(late ? 'TIMEOUT.' : `${strerror(fd)}.`);
    return 1;
  }
  if (has('v')) yield* say(`Connected to ${address}:${port}.`);
  const { sent, received } = has('z') ? { sent: 0, received: 0 } : yield* pump(sys, fd);
  sys.close(fd);
  const seconds = ((sys.now - start) / 1e6).toFixed(2);
  if (has('v')) {
    yield* say(`${sent} bytes sent, ${received} bytes received in ${seconds} seconds.`);
  }
  return 0;
}

/** Copies both ways until the other side closes. */
function* pump(sys: Sys, fd: Fd): Call<{ readonly sent: number; readonly received: number }> {
  let [sent, received, open] = [0, 0, true];
  for (;;) {
    const ready = yield* sys.poll(open ? [0, fd] : [fd]);
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        open = false;
        sys.shutdown(fd);
      } else {
        sent += byteLength(text);
        yield* sys.write(fd, text);
      }
    }
    if (!ready.includes(fd)) continue;
    const text = yield* sys.read(fd);
    if (text === null || isErrno(text)) return { sent, received };
    received += byteLength(text);
    yield* sys.write(1, text);
  }
}
