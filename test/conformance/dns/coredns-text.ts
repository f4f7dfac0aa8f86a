// Texts of CoreDNS and its clients without what differs from run to run.

/**
 * Log lines. `alone`: those of a server's life, each once; else those of queries, in any order,
 * as questions that are under way together come in any.
 */
export function canonicalLog(text: string, alone = false): string {
  const queries = /^\[INFO\] 10\.244\.1\.|^\[ERROR\] plugin\/errors/;
  const life = /^\[(INFO|WARNING)\] plugin\/kubernetes: (waiting|starting)/;
  const lines = text
    .split('\n')
    .filter((line) => !(alone ? queries : life).test(line))
    .map((line) =>
      line
        .replace(/^(\[INFO\] [\d.]+):\d+ - \d+ /, '$1:P - N ')
        .replace(/ [\d.]+s$/, ' T')
        .replace(/\d{10,}\.\d{10,}/g, 'NAME')
        .replace(/([\d.]+):\d+->/g, '$1:P->')
        .replace(/\(([\d.]+):\d+ -> /g, '($1:P -> ')
        .replace(/^CoreDNS-.*|^linux\/.*/, 'VERSION')
        .replace(/qr,aa,(rd,)?ra/, 'qr,$1ra')
        .replace(/(SERVFAIL qr,)aa,(rd 33 T)/, '$1$2')
        .replace(/ [\d.]+s "0"$/, ' T "0"'),
    );
  return (alone ? [...new Set(lines)] : lines.toSorted()).join('\n');
}

/**
 * What a client printed. Under a cache, times to live and `aa` of what came from elsewhere tell
 * only what was asked before; under loadbalance, the order of addresses is random.
 */
export function canonicalOutput(text: string, corefile: string): string {
  const cached = /^\s*cache\b/m.test(corefile);
  const plain = text
    .replace(/(, id: )\d+/g, '$1N')
    .replace(/(; COOKIE: )[0-9a-f]+/g, '$1HEX')
    .replace(/(;; Query time: )\d+/g, '$1N')
    .replace(/( in )\d+ ms$/gm, '$1N ms')
    .replace(/(;; WHEN: |Date: ).*/g, '$1T')
    .replace(/(hostmaster\.\S+ )17\d{8} /g, '$1SERIAL ')
    .replace(/(\tSRV\t0 0 )\d+ \.$/gm, '$1P .');
  const lines = plain.split('\n').map((line) => {
    // Several addresses in one line.
    if (/^([\d.]+ ){2,}$/.test(line)) return line.trim().split(' ').toSorted().join(' ');
    if (!cached) return line;
    if (/^;; flags: qr aa( rd)? ra/.test(line)) return line.replace(' aa', '');
    if (line === 'Non-authoritative answer:') return '';
    const owned = /^(\S+)\s+\d+\s+(IN\s.*)$/.exec(line);
    return owned ? `${owned[1]} TTL ${(owned[2] ?? '').replaceAll(/\s+/g, ' ')}` : line;
  });
  return inOrder(lines, / tc[ ;]/.test(text)).join('\n');
}

/**
 * Lines that end in an address, or in a name for one, are put in order among themselves; of a cut
 * answer, any will do.
 */
function inOrder(lines: readonly string[], cut: boolean): readonly string[] {
  const isAddress = (line: string) => /(^|\s)\d+\.\d+\.\d+\.\d+$|\tname = /.test(line);
  const found = lines.filter(isAddress).toSorted();
  if (found.length < 2) return lines;
  const shown = cut ? found.map((line) => line.replace(/\d+$/, 'X')) : found;
  let next = 0;
  return lines.map((line) => (isAddress(line) ? (shown[next++] ?? '') : line));
}
