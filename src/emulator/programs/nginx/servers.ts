import type { Server } from './config.ts';

/** The servers that listen on a port. */
export const serversOn = (servers: readonly Server[], port: number): readonly Server[] =>
  servers.filter(({ listens }) => listens.some((each) => each.port === port));

/** The server for a name; the default one, or the first, for a name that none has. */
export function serverFor(
  servers: readonly Server[],
  host: string,
  port: number,
): Server | undefined {
  const isDefault = ({ listens }: Server) =>
    listens.some((each) => each.port === port && each.isDefault);
  return (
    servers.find(({ names }) => names.some((name) => nameMatches(name, host))) ??
    servers.find(isDefault) ??
    servers[0]
  );
}

function nameMatches(name: string, host: string): boolean {
  if (name.startsWith('~')) return new RegExp(name.slice(1)).test(host);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.endsWith('.*')) return host.startsWith(name.slice(0, -1));
  return name.startsWith('.')
    ? host === name.slice(1) || host.endsWith(name)
    : name.toLowerCase() === host;
}
