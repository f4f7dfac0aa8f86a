import type { ApiObject } from '../../../emulator/apimachinery/object.ts';
import type { ServiceObject } from '../objects.ts';

interface Path {
  readonly path?: string;
  readonly pathType: string;
  readonly backend: {
    readonly service?: {
      readonly name: string;
      readonly port?: { readonly number?: number; readonly name?: string };
    };
  };
}

/** What checks read of an Ingress. */
export interface IngressObject extends ApiObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly Path[] };
    }[];
  };
}

/** A Service and its port, by number or by name. */
export interface Backend {
  readonly name: string;
  readonly port: string | undefined;
}

/**
 * The backend of a request: of all paths of its host, an exact one wins, else the longest prefix
 * (the API's documentation of `pathType`).
 */
export function backendOf(
  ingresses: readonly IngressObject[],
  host: string,
  path: string,
): Backend | undefined {
  const rules = ingresses.flatMap(({ spec }) => spec.rules ?? []);
  const fits = rules.filter((rule) => hostFits(rule.host, host));
  const paths = fits
    .flatMap(({ http }) => http?.paths ?? [])
    .filter((each) => pathFits(each, path));
  const weight = ({ pathType, path: own = '/' }: Path) =>
    (pathType === 'Exact' ? 10_000 : 0) + own.length;
  const best = [...paths].sort((a, b) => weight(b) - weight(a))[0]?.backend.service;
  if (!best) return undefined;
  return { name: best.name, port: String(best.port?.number ?? best.port?.name ?? '') || undefined };
}

function hostFits(rule: string | undefined, host: string): boolean {
  if (!rule) return true;
  if (!rule.startsWith('*.')) return rule === host;
  return host.endsWith(rule.slice(1)) && !host.slice(0, 1 - rule.length).includes('.');
}

/** A prefix fits by whole elements: `/cart` takes `/cart/1`, and not `/cartoon`. */
function pathFits({ pathType, path = '/' }: Path, asked: string): boolean {
  if (pathType === 'Exact') return path === asked;
  const own = path.replace(/\/$/, '');
  return own === '' || asked === own || asked.startsWith(`${own}/`);
}

/** The number of a backend's port; undefined where the Service has no such port. */
export function portNumber(backend: Backend, service: ServiceObject | undefined) {
  const ports = service?.spec.ports ?? [];
  return ports.find(({ name, port }) => backend.port === String(port) || backend.port === name)
    ?.port;
}
