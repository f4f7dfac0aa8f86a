import type { ApiObject } from '../../apimachinery/object.ts';
import { isErrno } from '../../host/errno.ts';
import { decodeDns, encodeDns, type DnsRecord } from '../../host/resolver/message.ts';
import type { Call, Daemon, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { SECOND } from '../../world/time.ts';
import { urlOf } from '../component.ts';
import { answerCluster } from './kubernetes.ts';
import { parseCorefile, type ServerBlock } from './corefile.ts';
import { forward } from './forward.ts';

const VERSION = 'CoreDNS-1.14.2\nlinux/amd64, go1.26.2, dd1df4f';

/** CoreDNS with the plugins of kubeadm's Corefile: answers for the cluster, forwards the rest. */
const daemon: Daemon = {
  name: 'coredns',
  paths: ['/coredns'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'socket':
        yield* socket(sys, message);
        return undefined;
      case 'watch':
        takeEvent(sys, message);
        return undefined;
      case 'timer':
        if (message.name === 'watch') yield* watchAll(sys);
        else if (message.name === 'reload') reload(sys);
        else if (message.name === 'lameduck') return 0;
        return undefined;
      case 'signal': {
        sys.log('[INFO] SIGTERM: Shutting down servers then terminating');
        const lameduck = blockOf(sys)?.plugins['health']?.find(
          ([word]) => word === 'lameduck',
        )?.[1];
        if (!lameduck) return 0;
        sys.log(`[INFO] plugin/health: Going into lameduck mode for ${lameduck}`);
        sys.setTimer('lameduck', Number.parseInt(lameduck) * SECOND);
        return undefined;
      }
      default:
        return undefined;
    }
  },
};

export default daemon;

function configPath(sys: DaemonSys): string {
  const index = sys.argv.indexOf('-conf');
  return index < 0 ? 'Corefile' : (sys.argv[index + 1] ?? 'Corefile');
}

function readConfig(
  sys: DaemonSys,
): { readonly text: string; readonly blocks: readonly ServerBlock[] } | { readonly error: string } {
  const found = sys.files.read(configPath(sys));
  const text = isErrno(found) ? '' : found.text;
  const parsed = parseCorefile(configPath(sys), text);
  return 'error' in parsed ? parsed : { text, blocks: parsed.blocks };
}

function blockOf(sys: DaemonSys): ServerBlock | undefined {
  const config = readConfig(sys);
  return 'error' in config ? undefined : config.blocks[0];
}

function* start(sys: DaemonSys): Call<number | undefined> {
  const config = readConfig(sys);
  if ('error' in config) {
    sys.log(config.error);
    return 1;
  }
  sys.remember('corefile', config.text);
  for (const block of config.blocks) {
    for (const address of ['0.0.0.0']) {
      const udp = sys.openUdp({ address, port: block.port });
      const tcp = sys.listen({ address, port: block.port });
      if (isErrno(udp) || isErrno(tcp)) {
        sys.log(`Listen: listen tcp :${block.port}: bind: address already in use`);
        return 1;
      }
    }
    sys.log(`${block.zone}:${block.port}`);
    if (block.plugins['health'])
      sys.remember(`http/${String(sys.listen({ address: '0.0.0.0', port: 8080 }))}`, 'health');
    if (block.plugins['ready'])
      sys.remember(`http/${String(sys.listen({ address: '0.0.0.0', port: 8181 }))}`, 'ready');
    if (block.plugins['prometheus'])
      sys.remember(`http/${String(sys.listen({ address: '0.0.0.0', port: 9153 }))}`, 'metrics');
  }
  sys.log(`[INFO] plugin/reload: Running configuration SHA512 = ${digest(config.text)}`);
  for (const line of VERSION.split('\n')) sys.log(line);
  if (config.blocks.some(({ plugins }) => plugins['reload'])) sys.setTimer('reload', 30 * SECOND);
  yield* watchAll(sys);
  return undefined;
}

function digest(text: string): string {
  let out = '';
  for (let salt = 0; salt < 16; salt++) {
    let value = 0x811c9dc5 ^ salt;
    for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
    out += (value >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}

/** The informers of the kubernetes plugin. */
function* watchAll(sys: DaemonSys): Call<void> {
  for (const resource of ['services', 'endpointslices.discovery.k8s.io', 'namespaces']) {
    if (sys.memories('watch/').some(([, value]) => value === resource)) continue;
    const fd = yield* sys.watch({
      method: 'GET',
      url: `${urlOf(resource)}?watch=true&sendInitialEvents=true`,
    });
    if (typeof fd !== 'number') {
      sys.log('[ERROR] plugin/kubernetes: Failed to watch');
      sys.setTimer('watch', 1 * SECOND);
      return;
    }
    sys.remember(`watch/${fd}`, resource);
  }
}

function takeEvent(sys: DaemonSys, { fd, event }: DaemonMessage & { type: 'watch' }): void {
  const resource = sys.memory<string>(`watch/${fd}`);
  if (!resource) return;
  if (event.type === 'BOOKMARK') {
    sys.remember(`synced/${resource}`, true);
    return;
  }
  if (event.type === 'ERROR') {
    sys.close(fd);
    sys.remember(`watch/${fd}`, undefined);
    sys.setTimer('watch', 1 * SECOND);
    return;
  }
  const object = event.object as unknown as ApiObject;
  const key = `object/${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  sys.remember(key, event.type === 'DELETED' ? undefined : (object as never));
  sys.remember('serial', Math.floor(sys.now / SECOND));
}

function isSynced(sys: DaemonSys): boolean {
  return ['services', 'endpointslices.discovery.k8s.io', 'namespaces'].every((each) =>
    sys.memory(`synced/${each}`),
  );
}

/** The Corefile is read again when it changed; one that cannot be read leaves the old one. */
function reload(sys: DaemonSys): void {
  sys.setTimer('reload', 30 * SECOND);
  const config = readConfig(sys);
  const found = sys.files.read(configPath(sys));
  const text = isErrno(found) ? '' : found.text;
  if (sys.memory('corefile') === text) return;
  sys.log('[INFO] Reloading');
  if ('error' in config) {
    sys.log(`[ERROR] Restart failed: ${config.error}`);
    sys.log(`[ERROR] plugin/reload: Corefile changed but reload failed: ${config.error}`);
    return;
  }
  sys.remember('corefile', text);
  sys.log(`[INFO] plugin/reload: Running configuration SHA512 = ${digest(text)}`);
  sys.log('[INFO] Reloading complete');
}

function* socket(sys: DaemonSys, message: DaemonMessage & { type: 'socket' }): Call<void> {
  if (message.event === 'accepted' && message.acceptedFd !== undefined) {
    const role = sys.memory<string>(`http/${message.fd}`);
    if (role) sys.remember(`connection/${message.acceptedFd}`, role);
  } else if (message.event === 'datagram') {
    if (!sys.memory(`pending/${message.fd}`))
      yield* query(sys, message.fd, message.from, message.payload);
  } else if (message.event === 'data') {
    const role = sys.memory<string>(`connection/${message.fd}`);
    sys.remember(`connection/${message.fd}`, undefined);
    if (role) {
      const good = role !== 'ready' || isSynced(sys);
      const body =
        role === 'metrics'
          ? '# HELP coredns_build_info A metric with a constant value.\n'
          : good
            ? 'OK'
            : 'kubernetes';
      yield* sys.write(
        message.fd,
        `HTTP/1.1 ${good ? '200 OK' : '503 Service Unavailable'}` +
          `\r\nContent-Length: ${body.length}\r\nContent-Type: ` +
          `text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${body}`,
      );
    }
    sys.close(message.fd);
  } else if (message.event === 'end' || message.event === 'reset') {
    sys.remember(`connection/${message.fd}`, undefined);
    sys.close(message.fd);
  }
}

function* query(
  sys: DaemonSys,
  fd: number,
  from: { readonly address: string; readonly port: number },
  payload: string,
): Call<void> {
  const asked = decodeDns(payload);
  const block = blockOf(sys);
  if (!asked || asked.response || !block) return;
  const base = { ...asked, response: true, recursionAvailable: false, authoritative: true };
  const cluster = block.plugins['kubernetes'];
  const view = {
    domain: 'cluster.local',
    serial: sys.memory<number>('serial') ?? 0,
    podsMode: cluster?.find(([word]) => word === 'pods')?.[1] ?? 'disabled',
    ttl: Number(cluster?.find(([word]) => word === 'ttl')?.[1] ?? 5),
    services: () => objects<Service>(sys, 'services'),
    slices: (namespace: string, service: string) =>
      objects<ApiObject>(sys, 'endpointslices.discovery.k8s.io').filter(
        ({ metadata }) =>
          metadata.namespace === namespace &&
          metadata.labels?.['kubernetes.io/service-name'] === service,
      ),
    hasNamespace: (name: string) => sys.memory(`object/namespaces//${name}`) !== undefined,
    service: (namespace: string, name: string) =>
      sys.memory(`object/services/${namespace}/${name}`) as unknown as Service | undefined,
  };
  const own = cluster && answerCluster(view, bare(asked.question.name), asked.question.type);
  if (own) {
    const unsynced = !isSynced(sys) && own.rcode !== 'NOERROR';
    let answers = own.answers;
    if (own.external) {
      const outer = yield* forward(
        sys,
        block,
        own.external,
        asked.question.type === 'CNAME' ? 'A' : asked.question.type,
      );
      answers = [...answers, ...(outer?.answers ?? [])];
    }
    sys.sendTo(
      fd,
      from,
      encodeDns({
        ...base,
        rcode: unsynced ? 'SERVFAIL' : own.rcode,
        answers: unsynced ? [] : dotted(answers),
        authority: unsynced ? [] : dotted(own.authority),
      }),
    );
    return;
  }
  const outer = yield* forward(sys, block, asked.question.name, asked.question.type);
  const rcode = outer?.rcode ?? (block.plugins['forward'] ? 'SERVFAIL' : 'REFUSED');
  if (!outer && block.plugins['errors'] && block.plugins['forward']) {
    sys.log(
      `[ERROR] plugin/errors: 2 ${asked.question.name} ` +
        `${asked.question.type}: read udp ${from.address}:${from.port}` +
        ': i/o timeout',
    );
  }
  sys.sendTo(
    fd,
    from,
    encodeDns({
      ...base,
      authoritative: false,
      recursionAvailable: true,
      rcode,
      answers: outer?.answers ?? [],
      authority: outer?.authority ?? [],
    }),
  );
}

function objects<T>(sys: DaemonSys, resource: string): T[] {
  return sys.memories(`object/${resource}/`).map(([, value]) => value as unknown as T);
}

const bare = (name: string) => name.replace(/\.$/, '');

function dotted(records: readonly DnsRecord[]): DnsRecord[] {
  return records.map((record) => ({ ...record, name: `${bare(record.name)}.` }));
}
