import type { ApiObject } from '../../apimachinery/object.ts';
import type { DnsRecord } from '../../host/resolver/message.ts';
import type { Service } from '../../resources/service/shapes.ts';

/** What the kubernetes plugin knows of the cluster. */
export interface ClusterView {
  readonly domain: string;
  readonly serial: number;
  readonly podsMode: string;
  readonly ttl: number;
  services(): readonly Service[];
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly ApiObject[];
  hasNamespace(name: string): boolean;
}

export interface ClusterAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** Target of an ExternalName, to be asked as well. */
  readonly external?: string;
}

interface Slice extends ApiObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly hostname?: string;
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
  readonly ports?:
    | readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
    | null;
}

/** An answer for a name of the cluster's zone or its addresses; undefined for all others. */
export function answerCluster(
  view: ClusterView,
  name: string,
  type: string,
): ClusterAnswer | undefined {
  if (name.endsWith('.in-addr.arpa')) return type === 'PTR' ? reverse(view, name) : undefined;
  if (name !== view.domain && !name.endsWith(`.${view.domain}`)) return undefined;
  const labels = name === view.domain ? [] : name.slice(0, -view.domain.length - 1).split('.');
  const kind = labels.at(-1);
  if (labels.length === 0) return found(view, type === 'SOA' ? [soa(view)] : []);
  if (kind === 'pod' && labels.length === 3) return podAnswer(view, name, labels, type);
  if (kind !== 'svc') return missing(view);
  if (labels.length === 1) return found(view, []);
  if (labels.length === 2)
    return view.hasNamespace(labels[0] as string) ? found(view, []) : missing(view);
  return serviceAnswer(view, name, labels, type);
}

function soa(view: ClusterView): DnsRecord {
  const data =
    `ns.dns.${view.domain}. hostmaster.${view.domain}. ` +
    `${view.serial} 7200 1800 86400 ${view.ttl}`;
  return { name: view.domain, type: 'SOA', ttl: view.ttl, data };
}

function found(view: ClusterView, answers: readonly DnsRecord[]): ClusterAnswer {
  return { rcode: 'NOERROR', answers, authority: answers.length === 0 ? [soa(view)] : [] };
}

function missing(view: ClusterView): ClusterAnswer {
  return { rcode: 'NXDOMAIN', answers: [], authority: [soa(view)] };
}

function podAnswer(
  view: ClusterView,
  name: string,
  labels: readonly string[],
  type: string,
): ClusterAnswer {
  const [dashed = '', namespace = ''] = labels;
  const address = dashed.replaceAll('-', '.');
  if (
    view.podsMode === 'disabled' ||
    !view.hasNamespace(namespace) ||
    !/^\d+(\.\d+){3}$/.test(address)
  )
    return missing(view);
  return found(view, type === 'A' ? [{ name, type: 'A', ttl: view.ttl, data: address }] : []);
}

function serviceAnswer(
  view: ClusterView,
  name: string,
  labels: readonly string[],
  type: string,
): ClusterAnswer {
  const parts = labels.slice(0, -1);
  const namespace = parts.at(-1) as string;
  const service = view.service(namespace, parts.at(-2) as string);
  if (!service) return missing(view);
  const rest = parts.slice(0, -2);
  if (service.spec.type === 'ExternalName') {
    if (rest.length > 0 || !service.spec.externalName) return missing(view);
    const cname: DnsRecord = {
      name,
      type: 'CNAME',
      ttl: view.ttl,
      data: `${service.spec.externalName.replace(/\.$/, '')}.`,
    };
    return { ...found(view, [cname]), external: service.spec.externalName.replace(/\.$/, '') };
  }
  const headless = service.spec.clusterIP === 'None';
  const [first, second] = rest;
  if (rest.length === 2) return ports(view, service, name, first as string, second as string, type);
  if (rest.length > 2) return missing(view);
  const endpoints = view
    .slices(namespace, service.metadata.name)
    .flatMap((slice) =>
      ((slice as Slice).endpoints ?? []).filter(
        ({ conditions }) => conditions?.ready !== false || service.spec.publishNotReadyAddresses,
      ),
    );
  if (rest.length === 1) {
    const own = endpoints.filter(
      (each) => (each.hostname ?? (each.addresses[0] ?? '').replaceAll('.', '-')) === first,
    );
    if (own.length === 0) return missing(view);
    return found(
      view,
      type === 'A'
        ? own.map(({ addresses }) => ({ name, type: 'A', ttl: view.ttl, data: addresses[0] ?? '' }))
        : [],
    );
  }
  if (headless) {
    if (endpoints.length === 0) return missing(view);
    if (type !== 'A') return found(view, []);
    return found(
      view,
      endpoints.map(({ addresses }) => ({
        name,
        type: 'A',
        ttl: view.ttl,
        data: addresses[0] ?? '',
      })),
    );
  }
  const address = service.spec.clusterIP ?? '';
  return found(view, type === 'A' ? [{ name, type: 'A', ttl: view.ttl, data: address }] : []);
}

/** `_http._tcp.web.default.svc`: SRV of a named port. */
function ports(
  view: ClusterView,
  service: Service,
  name: string,
  port: string,
  protocol: string,
  type: string,
): ClusterAnswer {
  const wanted = (service.spec.ports ?? []).find(
    (each) =>
      each.name === port.replace(/^_/, '') &&
      (each.protocol ?? 'TCP').toLowerCase() === protocol.replace(/^_/, ''),
  );
  if (!wanted) return missing(view);
  const target = `${service.metadata.name}.${service.metadata.namespace}.svc.${view.domain}.`;
  if (type === 'SRV')
    return found(view, [
      { name, type: 'SRV', ttl: view.ttl, data: `0 100 ${wanted.port} ${target}` },
    ]);
  const address = service.spec.clusterIP ?? '';
  return found(view, type === 'A' ? [{ name, type: 'A', ttl: view.ttl, data: address }] : []);
}

function reverse(view: ClusterView, name: string): ClusterAnswer | undefined {
  const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  const record = (target: string): DnsRecord => ({
    name,
    type: 'PTR',
    ttl: view.ttl,
    data: `${target}.${view.domain}.`,
  });
  const service = view.services().find(({ spec }) => spec.clusterIP === address);
  if (service)
    return found(view, [record(`${service.metadata.name}.${service.metadata.namespace}.svc`)]);
  const answers = view
    .services()
    .flatMap(({ metadata }) =>
      view
        .slices(metadata.namespace ?? '', metadata.name)
        .flatMap((slice) =>
          ((slice as Slice).endpoints ?? []).flatMap(({ addresses, hostname, conditions }) =>
            addresses.includes(address) && conditions?.ready !== false
              ? [
                  record(
                    `${hostname ?? address.replaceAll('.', '-')}.${metadata.name}.` +
                      `${metadata.namespace}.svc`,
                  ),
                ]
              : [],
          ),
        ),
    );
  return answers.length > 0 ? found(view, answers) : undefined;
}
