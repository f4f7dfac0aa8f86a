// What differs from run to run in the outputs of clients: times, ports, dates, chosen endpoints.

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}

/** An output as one text in which only what must be equal is left. */
export function normalise({ stdout, stderr, exit }: Output, cmd: string): string {
  return `${mask(stdout, cmd)}\n--\n${mask(stderr, cmd)}\n--\n${exit}`;
}

function mask(text: string, cmd: string): string {
  let out = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/in \d+\.\d\d seconds/g, 'in N seconds')
    // The random choice among the three web pods.
    .replaceAll(/web-6c5f4d8b9c-(2hq7z|m4x9t|v8k5n)/g, 'web-X')
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g, 'TIME')
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE')
    .replaceAll(/after \d+ (ms|milliseconds)/g, 'after N $1')
    .replaceAll(/timeout after \d+ms/g, 'timeout after Nms')
    .replaceAll(/\d+(\.\d+)? [KMG]?B\/s\)/g, 'RATE)')
    .replaceAll(/100% *[\d.]+[KMG]=\S+s/g, '100% RATE')
    .replaceAll(/in 0(\.\d+)?s\s*$/gm, 'in Ns')
    .replaceAll(/time=[\d.]+ ms/g, 'time=N ms')
    .replaceAll(/time \d+ms/g, 'time Nms')
    .replaceAll(/= [\d.]+\/[\d./]+ ms/g, '= N ms')
    .replaceAll(/ {2}[\d.]+ ms/g, '  N ms')
    .replaceAll(/ +\d+\.\d{3}ms /g, '  Nms ')
    .replaceAll(/\b\w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT/g, 'DATE')
    .replaceAll(/-----BEGIN CERT[^]*?-----END CERTIFICATE-----/g, 'PEM')
    .replaceAll(/^[A-Za-z0-9+/]{64}$/gm, 'PEM LINE')
    .replaceAll(/^[0-9A-F]{16}:error/gm, 'THREAD:error')
    // Tickets of TLS 1.3 come before the end of the input, or after it.
    .replaceAll(/---\nPost-Handshake New[^]*?---\nread R BLOCK\n/g, '')
    .replaceAll(/((Session-ID|Master-Key|Start Time) *: )\w+/g, '$1N')
    .replaceAll(/( {4}[0-9a-f]{4} - .*\n)+/g, 'TICKET\n')
    .replaceAll(/users:\(.*\)/g, 'users')
    .replaceAll(/\b\d+\/nginx: master p[a-z]? */g, 'PID/nginx ')
    .replaceAll(/(\d:\d{2,5} +\d+\.\d+\.\d+\.\d+):\d{4,5}/g, '$1:PORT');
  if (/\bsort \| uniq -c/.test(cmd)) out = out.replaceAll(/^ *\d+ /gm, 'N ');
  if (/uniq -c/.test(cmd)) out = [...new Set(out.split('\n'))].join('\n');
  // Which of the endpoints is asked is by chance: only which codes there are is compared.
  if (/^for .*http_code/.test(cmd)) {
    out = out.replace(/^(\d{3} )+$/m, (codes) => [...new Set(codes.split(' '))].sort().join(' '));
  }
  if (/%\{(time|local_port|speed)/.test(cmd)) out = out.replaceAll(/\d+\.\d{6}|\b\d{5}\b/g, 'N');
  return out.split('\n').map(maskMeter).join('\n');
}

/** curl's meter: speeds are by chance, and the wait's seconds as they fall. */
function maskMeter(line: string): string {
  if (!line.includes('--:--:--')) return line;
  return line.replaceAll(
    /( +[\d.]+[kMG]?){2} (--:--:--|\d+:\d\d:\d\d) \S+ \S+ +[\d.]+[kMG]?/g,
    ' METER',
  );
}
