import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { Cluster } from '../emulator/cluster/api.ts';
import { authenticator } from './authenticate.ts';
import { createAuthority } from './certificates.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { followWall, type Pace } from './pace.ts';
import { close, equip, listen } from './server.ts';
import { caCertificate } from '../emulator/x509/kubernetes-keys.ts';

/** How a door is opened. */
export interface DoorOptions {
  readonly cluster: Cluster;
  readonly address: string;
  /** Port of HTTPS; 0 takes any that is free. */
  readonly port: number;
  /** Port of plain HTTP beside it; undefined opens none. */
  readonly http?: number | undefined;
  readonly anonymous?: boolean;
  /** Whoever comes is the administrator. */
  readonly open?: boolean;
  readonly token?: string;
  /** Where the kubeconfig is written; undefined writes none. */
  readonly kubeconfig?: string | undefined;
  /** How time passes; it follows wall time where nothing is told. */
  readonly pace?: Pace;
  /** Origins whose pages may ask (`--cors-allowed-origins`); all of loopback by default. */
  readonly origins?: RegExp;
}

/** A door that is open. */
export interface Door {
  readonly url: string;
  readonly httpUrl: string | undefined;
  readonly token: string;
  /** Text of the kubeconfig of the administrator. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
/** Names of the API server inside the cluster, which its certificate has as well. */
const NAMES = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '127.0.0.1',
  '::1',
  '10.96.0.1',
];

/** Opens a door to a cluster: HTTPS, and plain HTTP where it is asked for. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { cluster, address } = options;
  const token = options.token ?? randomBytes(24).toString('base64url');
  const pace = options.pace ?? followWall(cluster, () => Date.now() * 1_000);
  pace.catchUp();
  const { anonymous = false, open = false, origins = LOOPBACK_ORIGIN } = options;
  const authenticate = authenticator({ cluster, token, anonymous, open });
  const parts = { cluster, pace, authenticate, origins };
  const authority = createAuthority();
  const server = authority.forServer([...new Set([...NAMES, address])]);
  const secure = createSecure({
    key: server.key,
    cert: server.certificate,
    // Requests that were approved inside the cluster are signed by its own authority.
    ca: [authority.certificate, caCertificate],
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: 10_000,
  });
  const servers: Server[] = [equip(secure, parts)];
  const host = isIP(address) === 6 ? `[${address}]` : address;
  const shown = /^(0\.0\.0\.0|\[::\])$/.test(host) ? '127.0.0.1' : host;
  const url = `https://${shown}:${await listen(secure, options.port, address)}`;
  let httpUrl: string | undefined;
  if (options.http !== undefined) {
    const plain = equip(createPlain(), parts);
    servers.push(plain);
    httpUrl = `http://${shown}:${await listen(plain, options.http, address)}`;
  }
  const client = authority.forClient('kubernetes-admin', ['kubeadm:cluster-admins']);
  const kubeconfig = kubeconfigText(url, authority.certificate, client);
  if (options.kubeconfig !== undefined) writePrivately(options.kubeconfig, kubeconfig);
  return {
    url,
    httpUrl,
    token,
    kubeconfig,
    async close() {
      pace.stop();
      await Promise.all(servers.map(close));
    },
  };
}

function writePrivately(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}
