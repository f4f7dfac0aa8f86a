import type { ProxyEndpoint, ServicePort } from './services.ts';

const memos = new WeakMap<object, Map<string, unknown>>();

/**
 * What a proxy made in its last sync, by a name, so that it does not make again what did not
 * change. `owner` is an object that lives as long as the proxy does, as its configuration. Whoever
 * keeps something here checks that it was made of the very objects that it is asked for again:
 * without it the answer is the same, and only later.
 */
export function recall<T>(owner: object, name: string): T | undefined {
  return memos.get(owner)?.get(name) as T | undefined;
}

/** Keeps something for the next sync. */
export function keep(owner: object, name: string, value: unknown): void {
  const own = memos.get(owner) ?? new Map<string, unknown>();
  memos.set(owner, own);
  own.set(name, value);
}

/** What was made of one service port and its endpoints. */
export interface Rendered<T> {
  readonly port: ServicePort;
  readonly endpoints: readonly ProxyEndpoint[];
  readonly made: T;
}

const noEndpoints: readonly ProxyEndpoint[] = [];

/**
 * Renders all service ports in their order; those whose objects are the same as the last time are
 * taken from there. `render` is told what the port came to before, if there was something.
 */
export function renderPorts<T>(
  last: readonly Rendered<T>[] | undefined,
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  render: (port: ServicePort, endpoints: readonly ProxyEndpoint[], before: T | undefined) => T,
): readonly Rendered<T>[] {
  let byKey: ReadonlyMap<string, Rendered<T>> | undefined;
  const find = (key: string) => {
    byKey ??= new Map((last ?? []).map((each) => [each.port.key, each]));
    return byKey.get(key);
  };
  return ports.map((port, at) => {
    const list = endpoints.get(port.key) ?? noEndpoints;
    const beside = last?.[at];
    const known = beside?.port === port ? beside : last && find(port.key);
    if (known?.port === port && known.endpoints === list) return known;
    return { port, endpoints: list, made: render(port, list, known?.made) };
  });
}

/** What of two renderings is only in the first, and what only in the second. */
export function differences<T>(
  before: readonly Rendered<T>[],
  after: readonly Rendered<T>[],
): { readonly gone: readonly Rendered<T>[]; readonly came: readonly Rendered<T>[] } {
  if (before === after) return { gone: [], came: [] };
  const aligned = before.length === after.length;
  if (aligned) {
    const gone = before.filter((each, at) => each !== after[at]);
    if (gone.length <= before.length / 2) {
      return { gone, came: after.filter((each, at) => each !== before[at]) };
    }
  }
  const [old, now] = [new Set(before), new Set(after)];
  return {
    gone: before.filter((each) => !now.has(each)),
    came: after.filter((each) => !old.has(each)),
  };
}
