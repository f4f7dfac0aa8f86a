import { z } from 'zod';
import { defineCheck, type Judgement } from '../check.ts';
import { service } from '../objects.ts';
import { backendOf, portNumber, type IngressObject } from './match.ts';

const args = z.strictObject({
  namespace: z.string(),
  /** The class that its controller looks for. */
  class: z.string(),
  /** Requests, and the `service:port` that should get each; `none`: nobody. */
  asks: z.array(z.strictObject({ host: z.string(), path: z.string(), to: z.string() })).min(1),
});

/** Where the Ingresses of a namespace would send requests, read as their controller reads them. */
export default defineCheck<z.infer<typeof args>>({
  name: 'routes',
  args,
  judge({ namespace, class: wanted, asks }, { cluster }): Judgement {
    const all = cluster.objects('ingresses.networking.k8s.io', namespace) as IngressObject[];
    const classOf = ({ spec, metadata }: IngressObject) =>
      spec.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
    const mine = all.filter((each) => classOf(each) === wanted);
    const slots: Record<string, string> = { namespace, class: wanted };
    if (all.length === 0) return failed('seen.none', 'why.no-ingress', slots);
    if (mine.length === 0) return failed('seen.none', 'why.class', slots);
    for (const { host, path, to } of asks) {
      const backend = backendOf(mine, host, path);
      const found = backend && service(cluster, namespace, backend.name);
      const port = backend && portNumber(backend, found);
      const got = backend ? `${backend.name}:${port ?? backend.port ?? '?'}` : 'none';
      const asked = { ...slots, url: `http://${host}${path}`, got, to };
      if (backend && !found) return failed('seen.to', 'why.no-service', asked);
      if (got === to) continue;
      if (got === 'none') return failed('seen.nobody', 'why.closed', asked);
      return failed('seen.to', to === 'none' ? 'why.open' : 'why.elsewhere', asked);
    }
    return { pass: true, seen: { name: 'seen.right', slots } };
  },
});

function failed(seen: string, why: string, slots: Record<string, string>): Judgement {
  return { pass: false, seen: { name: seen, slots }, why: { name: why, slots } };
}
