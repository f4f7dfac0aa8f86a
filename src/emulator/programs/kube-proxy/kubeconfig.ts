import { readYaml } from '../../apimachinery/yaml-text.ts';
import type { ApiOptions, Credentials, DaemonSys } from '../../host/syscalls.ts';

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** Where the API server is and who kube-proxy is to it; undefined leaves it to the sandbox. */
export function readKubeconfig(sys: DaemonSys, path: string): ApiOptions | undefined {
  const file = path === '' ? 'ENOENT' : sys.files.read(path);
  if (typeof file === 'string') return undefined;
  const config = fields(readYaml(file.text));
  const named = (list: unknown, name: unknown, part: string) => {
    const items = Array.isArray(list) ? list.map(fields) : [];
    return fields((items.find((item) => item['name'] === name) ?? items[0] ?? {})[part]);
  };
  const context = named(config['contexts'], config['current-context'], 'context');
  const cluster = named(config['clusters'], context['cluster'], 'cluster');
  const user = named(config['users'], context['user'], 'user');
  const url = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(String(cluster['server'] ?? ''));
  const credentials = readUser(sys, user, path);
  if (!url || !credentials) return undefined;
  const address = resolve(sys, url[1] as string);
  return { server: { address, port: Number(url[2] ?? 443) }, user: credentials };
}

function readUser(sys: DaemonSys, user: Fields, path: string): Credentials | undefined {
  if (typeof user['token'] === 'string') return { token: user['token'] };
  if (typeof user['tokenFile'] === 'string') {
    const base = path.slice(0, path.lastIndexOf('/') + 1);
    const name = user['tokenFile'].startsWith('/') ? user['tokenFile'] : base + user['tokenFile'];
    const token = sys.files.read(name);
    return typeof token === 'string' ? undefined : { token: token.text.trim() };
  }
  const certificate = user['client-certificate-data'] ?? user['client-certificate'];
  return typeof certificate === 'string' ? subject(certificate) : undefined;
}

/** The subject of a certificate, `CN=…,O=…`: a name and its groups. */
function subject(certificate: string): Credentials {
  const name = /CN=([^,]+)/.exec(certificate)?.[1];
  if (name === undefined) return { certificate };
  const groups = [...certificate.matchAll(/O=([^,]+)/g)].map(([, group]) => group as string);
  return { certificate: name, groups };
}

/** A name of the server through /etc/hosts; addresses stand for themselves. */
function resolve(sys: DaemonSys, name: string): string {
  if (/^[\d.]+$/.test(name)) return name;
  const hosts = sys.files.read('/etc/hosts');
  const lines = typeof hosts === 'string' ? [] : hosts.text.split('\n');
  const line = lines.map((each) => each.split('#')[0]?.trim().split(/\s+/) ?? []);
  return line.find((words) => words.slice(1).includes(name))?.[0] ?? name;
}
