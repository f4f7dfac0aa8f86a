import { isErrno } from '../../host/errno.ts';
import { exchange } from '../../host/resolver/exchange.ts';
import { makeQuestion, type DnsMessage } from '../../host/resolver/message.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { ServerBlock } from './corefile.ts';

const TIMEOUT = 2_000_000;

/** The forward plugin: asks the upstreams of its line, or of the resolv.conf that it names. */
export function* forward(
  sys: DaemonSys,
  block: ServerBlock,
  name: string,
  type: string,
): Call<DnsMessage | undefined> {
  const [line] = block.plugins['forward'] ?? [];
  if (!line) return undefined;
  for (const upstream of line.slice(2).flatMap((each) => serversOf(sys, each))) {
    const marker = `pending/${upstream}`;
    sys.remember(marker, true);
    const answer = yield* exchange(
      sys,
      { address: upstream, port: 53 },
      [makeQuestion(sys.chance.integer('dns.id', 65_536), name, type)],
      TIMEOUT,
    );
    sys.remember(marker, undefined);
    if (typeof answer !== 'string' && answer[0]) return answer[0];
  }
  return undefined;
}

function serversOf(sys: DaemonSys, upstream: string): string[] {
  if (!upstream.startsWith('/')) return [upstream.replace(/:\d+$/, '')];
  const found = sys.files.read(upstream);
  if (isErrno(found)) return [];
  return [...found.text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, address]) => address as string);
}
