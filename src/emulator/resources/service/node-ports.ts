import { at, invalid, type FieldError } from '../../apimachinery/field-error.ts';
import { internalStatus, type ApiStatus } from '../../apimachinery/status.ts';
import type { Surroundings } from '../kind.ts';
import {
  needsHealthCheck,
  needsNodePort,
  wantsNodePorts,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from './shapes.ts';

type Refused = { readonly errors: readonly FieldError[] } | { readonly status: ApiStatus };

/** One operation of the port allocator. It knows port numbers only, no protocols. */
interface Operation {
  /** Takes a port; the text says why it cannot be had. */
  take(port: number): string | undefined;
  /** Takes any port that is free; `what` names the draw. */
  next(what: string): number | undefined;
}

/** Gives ports their node ports, and a load balancer's health check its own. */
export function takeNodePorts(
  service: Service,
  old: Service | undefined,
  around: Surroundings,
): { readonly spec: ServiceSpec } | Refused {
  const operation = startOperation(service, around);
  let { spec } = service;
  if (needsNodePort(spec)) {
    const ports = old ? updatedPorts(spec, old.spec, operation) : createdPorts(spec, operation);
    if (!Array.isArray(ports)) return ports as Refused;
    if (spec.ports) spec = { ...spec, ports: ports as ServicePort[] };
  }
  if (!needsHealthCheck(spec) || (old && needsHealthCheck(old.spec))) return { spec };
  const wanted = spec.healthCheckNodePort;
  const why = wanted ? operation.take(wanted) : undefined;
  if (why) {
    const text = `failed to allocate requested HealthCheck NodePort ${wanted}: ${why}`;
    return { status: internalStatus(text) };
  }
  const port = wanted || operation.next('health');
  if (!port) {
    const text = 'failed to allocate a HealthCheck NodePort 0: range is full';
    return { status: internalStatus(text) };
  }
  return { spec: { ...spec, healthCheckNodePort: port } };
}

const full = (): Refused => ({
  status: internalStatus('failed to allocate a nodePort: range is full'),
});
const refused = (index: number, port: number, why: string): Refused => ({
  errors: [invalid(at('spec', 'ports', index, 'nodePort'), port, why)],
});

/** `initNodePorts`: ports of one number share their node port, whatever their protocols. */
function createdPorts(spec: ServiceSpec, operation: Operation): ServicePort[] | Refused {
  const ports = spec.ports ?? [];
  const given = new Map<number, number>();
  const done: ServicePort[] = [];
  for (const [index, port] of ports.entries()) {
    if (!port.nodePort && !wantsNodePorts(spec)) {
      done.push(port);
      continue;
    }
    const shared = given.get(port.port);
    const asked = shared
      ? port.nodePort || shared
      : ports.find((each) => each.port === port.port && each.nodePort)?.nodePort;
    if (asked && asked !== shared) {
      const why = operation.take(asked);
      if (why) return refused(index, asked, why);
    }
    const nodePort = asked || operation.next(String(index));
    if (!nodePort) return full();
    if (!shared) given.set(port.port, nodePort);
    done.push({ ...port, nodePort });
  }
  return done;
}

/** `updateNodePorts`: what the Service had before it need not ask for. */
function updatedPorts(
  spec: ServiceSpec,
  old: ServiceSpec,
  operation: Operation,
): ServicePort[] | Refused {
  const had = new Set(old.ports?.map(({ nodePort }) => nodePort));
  const done: ServicePort[] = [];
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !wantsNodePorts(spec)) {
      done.push(port);
      continue;
    }
    const wanted = port.nodePort;
    if (wanted && !had.has(wanted) && !done.some(({ nodePort }) => nodePort === wanted)) {
      const why = operation.take(wanted);
      if (why) return refused(index, wanted, why);
    }
    const nodePort = wanted || operation.next(String(index));
    if (!nodePort) return full();
    if (done.some((each) => each.nodePort === nodePort && each.protocol === port.protocol)) {
      return { status: internalStatus(`duplicate nodePort: {${port.protocol} ${nodePort}}`) };
    }
    done.push({ ...port, nodePort });
  }
  return done;
}

function startOperation(service: Service, around: Surroundings): Operation {
  const used = new Set(
    around
      .list<Service>('services')
      .flatMap(({ spec }) => [
        ...(spec.ports ?? []).map(({ nodePort }) => nodePort ?? 0),
        spec.healthCheckNodePort ?? 0,
      ]),
  );
  const [low, high] = around.settings.nodePortRange;
  const mine = new Set<number>();
  return {
    take(port) {
      if (port < low || port > high) {
        const range = `The range of valid ports is ${low}-${high}`;
        return `provided port is not in the valid range. ${range}`;
      }
      if (used.has(port) || mine.has(port)) return 'provided port is already allocated';
      mine.add(port);
      return undefined;
    },
    next(what) {
      // A dry run shows a number that no real port has.
      const port = around.dryRun
        ? Math.max(32_768, ...mine) + 1
        : freePort(service, what, new Set([...used, ...mine]), around);
      if (port) mine.add(port);
      return port;
    },
  };
}

function freePort(
  service: Service,
  what: string,
  used: ReadonlySet<number>,
  around: Surroundings,
): number | undefined {
  const [low, high] = around.settings.nodePortRange;
  // As for addresses, the lowest part of the range is left to those who choose.
  const first = low + Math.min(86, Math.floor((high - low + 1) / 32));
  const span = high - first + 1;
  const { namespace, name, uid } = service.metadata;
  const start = around.chance.integer(`node-port/${namespace}/${name}/${uid}/${what}`, span);
  for (let i = 0; i < span; i++) {
    const port = first + ((start + i) % span);
    if (!used.has(port)) return port;
  }
  return undefined;
}
