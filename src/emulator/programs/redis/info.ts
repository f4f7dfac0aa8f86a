import { DAY, SECOND } from '../../world/time.ts';
import type { Server } from './commands.ts';

export const VERSION = '7.4.2';

/** The sections of INFO that a reader looks at; without names all of them. */
export function info(sections: readonly string[], server: Server): string {
  const { keys, now, started, clients, pid } = server;
  const uptime = Math.floor((now - started) / SECOND);
  const names = keys.keys();
  const expires = names.filter((key) => keys.expires(key) !== undefined).length;
  const all: Readonly<Record<string, readonly string[]>> = {
    Server: [
      `redis_version:${VERSION}`,
      'redis_mode:standalone',
      'os:Linux 6.1.0 x86_64',
      'arch_bits:64',
      `process_id:${pid}`,
      'tcp_port:6379',
      `uptime_in_seconds:${uptime}`,
      `uptime_in_days:${Math.floor((now - started) / DAY)}`,
    ],
    Clients: [`connected_clients:${clients}`, 'maxclients:10000', 'blocked_clients:0'],
    Replication: ['role:master', 'connected_slaves:0'],
    Keyspace: names.length > 0 ? [`db0:keys=${names.length},expires=${expires},avg_ttl=0`] : [],
  };
  const wanted = sections.map((name) => name.toLowerCase());
  const every =
    wanted.length === 0 || wanted.some((name) => /^(all|default|everything)$/.test(name));
  return Object.entries(all)
    .filter(([name]) => every || wanted.includes(name.toLowerCase()))
    .map(([name, lines]) => `# ${name}\r\n${lines.map((line) => `${line}\r\n`).join('')}`)
    .join('\r\n');
}
