import { getaddrinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import type { Endpoint } from '../../network/api.ts';

/** Splits `host:port`; without a port it is the one given. */
export function splitHost(text: string, port: number): { readonly host: string; port: number } {
  const [, host = text, digits] = /^([^:]*):(\d+)$/.exec(text) ?? [];
  return { host, port: digits === undefined ? port : Number(digits) };
}

/** The address that busybox takes for a host (xhost2sockaddr): the first one of IPv4. */
export function* lookUp(
  sys: Sys,
  text: string,
  usual: number,
  until = Infinity,
): Call<Endpoint | undefined> {
  const { host, port } = splitHost(text, usual);
  const found = yield* getaddrinfo(sys, host, 'any', until);
  const address = found.ok ? found.addresses.find(isIPv4) : undefined;
  return address === undefined ? undefined : { address, port };
}
