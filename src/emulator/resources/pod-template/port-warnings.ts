import { at } from '../../apimachinery/field-error.ts';
import type { Container } from './shapes.ts';

interface Port {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
  readonly hostIP?: string;
  readonly hostPort?: number;
}
interface Placed {
  readonly path: string;
  readonly port: Port;
}

/** Ports of all containers of a pod that are the same, or nearly so. */
export function portWarnings(containers: readonly (readonly [Container, string])[]): string[] {
  const warnings: string[] = [];
  const known = new Map<string, Placed[]>();
  for (const [{ ports = [] }, place] of containers) {
    (ports as readonly Port[]).forEach((port, index) => {
      const path = at(place, 'ports', index);
      if (port.hostIP && !port.hostPort) {
        warnings.push(`${path}: hostIP set without hostPort: ${goPort(port)}`);
      }
      const key = `${port.containerPort}/${port.protocol ?? 'TCP'}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const likeness = compare(port, other.port);
        if (likeness) warnings.push(`${path}: ${likeness} port definition with ${other.path}`);
      }
      known.set(key, [...others, { path, port }]);
    });
  }
  return warnings;
}

function compare(a: Port, b: Port): string | undefined {
  const [one, two] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [here, there] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (here === there && one === two) return 'duplicate';
  if (one === 0 || two === 0) return 'overlapping';
  const ambiguous = one === two && (here === '') !== (there === '');
  return ambiguous ? 'dangerously ambiguous' : undefined;
}

/** A port as Go's `%+v` prints it. */
function goPort({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: Port) {
  const ports = `HostPort:${hostPort} ContainerPort:${containerPort}`;
  return `{Name:${name} ${ports} Protocol:${protocol} HostIP:${hostIP}}`;
}
