import { failed } from '../../failure.ts';
import type { Generator } from '../../generator.ts';

/** Upstream's expression has no end either: what follows the port is looked at later. */
const RULE = /^[\w*.-]*\/.*=[\w-]+:[\w-]+/;

interface Rule {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly port: string;
  /** Secret of TLS; undefined where there is no TLS. */
  readonly secret: string | undefined;
}

/** Checks flags as `kubectl create ingress` does before it makes anything. */
export function validateIngress(
  rules: readonly string[],
  backend: string,
  annotations: readonly string[],
): void {
  if (backend === '' && rules.length === 0) {
    throw failed(
      'not enough information provided: every ingress has to either specify ' +
        'a default-backend (which catches all traffic) or a list of rules ' +
        '(which catch specific paths)',
    );
  }
  for (const rule of rules) {
    if (!RULE.test(rule)) {
      throw failed(
        `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
      );
    }
  }
  for (const annotation of annotations) {
    if (!annotation.includes('=')) {
      throw failed(`annotation ${annotation} is invalid and should be in format key=[value]`);
    }
  }
  if (backend !== '' && backend.split(':').length !== 2) {
    throw failed('default-backend should be in format servicename:serviceport');
  }
}

function parseRule(text: string): Rule {
  const [target = '', tail = '', ...more] = text.split(',');
  // Only a rule of just two parts is asked for its TLS.
  const tls = more.length === 0 && /^tls(=|$)/.test(tail) ? tail.slice('tls'.length) : undefined;
  const [from = '', to = ''] = target.split('=');
  const slash = from.indexOf('/');
  const [service = '', port = ''] = to.split(':');
  return {
    host: from.slice(0, slash),
    path: from.slice(slash),
    service,
    port,
    secret: tls === undefined ? undefined : tls.replace(/^=/, ''),
  };
}

function backendOf(service: string, port: string) {
  const shown = /^\d+$/.test(port) ? { number: Number(port) } : { name: port };
  return { service: { name: service, port: shown } };
}

/** The spec that rules come to: paths of one host are put together, secrets likewise. */
export function ingressSpec(
  rules: readonly string[],
  backend: string,
  ingressClass: string,
): object {
  const parsed = rules.map(parseRule);
  const hosts = [...new Set(parsed.map(({ host }) => host))];
  const tls = tlsOf(parsed);
  const [service = '', port = ''] = backend.split(':');
  return {
    ...(ingressClass !== '' && { ingressClassName: ingressClass }),
    ...(backend !== '' && { defaultBackend: backendOf(service, port) }),
    ...(tls.length > 0 && { tls }),
    ...(hosts.length > 0 && {
      rules: hosts.map((host) => ({
        ...(host !== '' && { host }),
        http: { paths: parsed.filter((rule) => rule.host === host).map(pathOf) },
      })),
    }),
  };
}

interface Tls {
  hosts?: string[];
  secretName?: string;
}

/** Hosts by secret; a host is put under the first secret that it is named with, and only there. */
function tlsOf(rules: readonly Rule[]): readonly Tls[] {
  const found: Tls[] = [];
  const seen = new Set<string>();
  for (const { host, secret } of rules) {
    if (secret === undefined || seen.has(host)) continue;
    seen.add(host);
    const known = found.find(({ secretName = '' }) => secretName === secret);
    if (known) {
      known.hosts = [...(known.hosts ?? []), host];
      continue;
    }
    if (host === '' && secret === '') continue;
    found.push({
      ...(host !== '' && { hosts: [host] }),
      ...(secret !== '' && { secretName: secret }),
    });
  }
  return found;
}

function pathOf({ path, service, port }: Rule): object {
  const prefix = path.endsWith('*');
  return {
    path: prefix ? path.slice(0, -1) : path,
    pathType: prefix ? 'Prefix' : 'Exact',
    backend: backendOf(service, port),
  };
}

/** `kubectl create ingress`. */
export const ingress: Generator = {
  name: 'ingress',
  aliases: ['ing'],
  use: 'create ingress NAME --rule=host/path=service:port[,tls[=secret]] ',
  short: 'Create an ingress with the specified name',
  examples: [
    ['A rule with TLS', 'kubectl create ingress web --rule="foo.com/bar=svc1:8080,tls=my-cert"'],
  ],
  flags: "annotation=[*] class='' default-backend='' rule=[*]",
  namespaced: true,
  failure: 'failed to create ingress: ',
  *build({ flags }, name) {
    const annotations = flags.list('annotation');
    const backend = flags.text('default-backend');
    validateIngress(flags.list('rule'), backend, annotations);
    const pairs = annotations.map((text) => {
      const cut = text.indexOf('=');
      return [text.slice(0, cut), text.slice(cut + 1)];
    });
    return {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name, ...(pairs.length > 0 && { annotations: Object.fromEntries(pairs) }) },
      spec: ingressSpec(flags.list('rule'), backend, flags.text('class')),
      status: { loadBalancer: {} },
    };
  },
};
