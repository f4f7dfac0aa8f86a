import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { at, type Obj } from '../../object.ts';
import type { PodObject } from '../../pods.ts';

/** A pair of ports: here, and in the pod. 0 here leaves the choice to the kernel. */
export interface Forwarded {
  readonly local: number;
  readonly remote: number;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
}

/** `8080:80` taken apart; one number stands for both ends. */
function split(pair: string): readonly [local: string, remote: string] {
  const [local = '', remote] = pair.split(':');
  return remote === undefined ? [local, local] : [local, remote];
}

/** Service ports as those of the pod behind it (`translateServicePortToTargetPort`). */
export function portsOfService(
  wanted: readonly string[],
  service: Obj,
  pod: PodObject,
): readonly string[] {
  const known = (at(service, 'spec.ports') ?? []) as readonly ServicePort[];
  const name = service.metadata?.name ?? '';
  return wanted.map((pair) => {
    const [local, remote] = split(pair);
    const number = /^-?\d+$/.test(remote)
      ? Number(remote)
      : known.find((each) => each.name === remote)?.port;
    if (number === undefined) {
      throw failed(`Service '${name}' does not have a named port '${remote}'`);
    }
    const port = known.find((each) => each.port === number);
    if (!port) throw failed(`Service ${name} does not have a service port ${number}`);
    const from = local === remote ? String(number) : local;
    return `${from}:${targetOf(service, port, pod)}`;
  });
}

function targetOf(service: Obj, { port, targetPort }: ServicePort, pod: PodObject): number {
  if (at(service, 'spec.clusterIP') === 'None') return port;
  if (targetPort === undefined || targetPort === 0) return port;
  return typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort);
}

/** Names of ports as their numbers (`convertPodNamedPortToNumber`). */
export function portsOfPod(wanted: readonly string[], pod: PodObject): readonly string[] {
  return wanted.map((pair) => {
    const [local, remote] = split(pair);
    if (/^-?\d+$/.test(remote)) return pair;
    const number = namedPort(pod, remote);
    return local === remote ? String(number) : `${local}:${number}`;
  });
}

function namedPort(pod: PodObject, name: string): number {
  for (const container of pod.spec?.containers ?? []) {
    const ports = (container.ports ?? []) as readonly ContainerPort[];
    const found = ports.find((each) => each.name === name);
    if (found) return found.containerPort;
  }
  throw failed(`Pod '${pod.metadata?.name ?? ''}' does not have a named port '${name}'`);
}

/** Reads pairs of numbers (client-go `portforward.parsePorts`). */
export function parsePorts(pairs: readonly string[]): readonly Forwarded[] {
  return pairs.map((pair) => {
    const parts = pair.split(':');
    if (parts.length > 2) throw failed(`invalid port format '${pair}'`);
    const [local, remote] = split(pair);
    const here = parts.length === 2 && local === '' ? 0 : parsePort('local', local);
    const there = parsePort('remote', remote);
    if (there === 0) throw failed('remote port must be > 0');
    return { local: here, remote: there };
  });
}

function parsePort(what: string, text: string): number {
  const wrong = !/^\d+$/.test(text)
    ? 'invalid syntax'
    : Number(text) > 65_535
      ? 'value out of range'
      : undefined;
  if (wrong === undefined) return Number(text);
  throw failed(
    `error parsing ${what} port '${text}': strconv.ParseUint: parsing "${text}": ${wrong}`,
  );
}

/** Local addresses of `--address`, with the family that errors name. */
export function addressesOf({ flags }: Context): readonly string[] {
  return flags.list('address').flatMap((address) => {
    if (address === 'localhost') return ['127.0.0.1', '::1'];
    if (!/^(\d+\.){3}\d+$|:/.test(address)) throw failed(`invalid IP address: ${address}`);
    return [address];
  });
}
