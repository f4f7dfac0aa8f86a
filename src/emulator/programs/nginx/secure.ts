import { isErrno, strerror } from '../../host/errno.ts';
import type { DaemonMessage, DaemonSys, Files } from '../../host/syscalls.ts';
import { identityOf, type Identity, type TlsServer } from '../../host/tls/server.ts';
import type { TlsVersion } from '../../host/tls/wire.ts';
import { CONFIG_PATH, readConfig, type Server } from './config.ts';
import { serverFor, serversOn } from './servers.ts';

const place = (path: string) => (path.startsWith('/') ? path : `/etc/nginx/${path}`);

/** What nginx says of the certificates of its servers; undefined where all are good. */
export function certificateProblem(
  files: Files,
  servers: readonly Server[],
  config: string,
): string | undefined {
  for (const { listens, settings } of servers) {
    const { certificate, certificateKey } = settings;
    if (!listens.some(({ ssl }) => ssl)) continue;
    if (certificate === undefined) {
      return `no "ssl_certificate" is defined for the "listen ... ssl" directive in ${config}:1`;
    }
    if (certificateKey === undefined) {
      return `no "ssl_certificate_key" is defined for certificate "${place(certificate)}"`;
    }
    const found = load(files, settings);
    if (typeof found === 'string') return found;
  }
  return undefined;
}

/** The pair of a server; a text says in nginx's words why it cannot be used. */
function load(files: Files, settings: Server['settings']): Identity | string {
  const [path, keyPath] = [settings.certificate ?? '', settings.certificateKey ?? ''].map(place);
  const certificate = files.read(path as string);
  if (isErrno(certificate)) {
    return `cannot load certificate "${path}": ${missing(path as string, certificate)}`;
  }
  const key = files.read(keyPath as string);
  if (isErrno(key)) {
    return `cannot load certificate key "${keyPath}": ${missing(keyPath as string, key)}`;
  }
  const identity = identityOf(certificate.text, key.text);
  if (identity === 'no pair') {
    const why = 'error:05800074:x509 certificate routines::key values mismatch';
    return `SSL_CTX_use_PrivateKey("${keyPath}") failed (SSL: ${why})`;
  }
  if (identity !== 'unreadable') return identity;
  const why = 'error:0480006C:PEM routines::no start line:Expecting:';
  if (!/-----BEGIN CERT/.test(certificate.text)) {
    const tail = `PEM_read_bio_X509_AUX() failed (SSL: ${why} TRUSTED CERTIFICATE)`;
    return `cannot load certificate "${path}": ${tail}`;
  }
  const tail = `PEM_read_bio_PrivateKey() failed (SSL: ${why} ANY PRIVATE KEY)`;
  return `cannot load certificate key "${keyPath}": ${tail}`;
}

function missing(path: string, errno: Parameters<typeof strerror>[0]): string {
  const [number, tail] =
    errno === 'ENOENT' ? ['80000002', 'no such file'] : ['8000000D', 'system lib'];
  const code = errno === 'ENOENT' ? '10000080' : '10080002';
  return (
    `BIO_new_file() failed (SSL: error:${number}:system library::${strerror(errno)}:` +
    `calling fopen(${path}, r) error:${code}:BIO routines::${tail})`
  );
}

const versions: Readonly<Record<string, TlsVersion>> = {
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
};

/** How nginx answers to TLS on the port that a message came to: by the name that is asked for. */
export function secureSide(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): TlsServer {
  const port = sys.memory<{ readonly port: number }>(`connection/${message.fd}`)?.port ?? 443;
  const config = readConfig(sys.files, sys.memory<string>('path') ?? CONFIG_PATH);
  const servers = config.ok ? serversOn(config.servers, port) : [];
  const named = servers.find(({ settings }) => settings.protocols)?.settings.protocols;
  const wanted = (named ?? ['TLSv1.2', 'TLSv1.3']).flatMap((name) => versions[name] ?? []);
  return {
    versions: [...wanted].sort().reverse(),
    alpn: ['http/1.1'],
    like: 'openssl',
    identify(serverName) {
      const server = serverFor(servers, serverName?.toLowerCase() ?? '', port);
      const found = server && load(sys.files, server.settings);
      return typeof found === 'string' ? undefined : found;
    },
  };
}
