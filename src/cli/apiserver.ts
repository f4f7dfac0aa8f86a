// `npm run apiserver`: the emulated cluster for a kubectl, k9s or Headlamp of one's own.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { boot } from '../emulator/cluster/boot.ts';
import { topologyNames } from '../emulator/cluster/topology.ts';
import { openDoor, type Door } from '../door/door.ts';

const usage = `Usage: npm run apiserver -- [options]

Serves an emulated cluster to real clients, until Ctrl-C.

      --topology NAME     ${topologyNames().join(', ')} (default two-nodes)
      --seed N            a whole number; the same seed gives the same cluster (default 7)
      --port N            port of HTTPS (default 6443; 0 takes one that is free)
      --http N            plain HTTP too, on this port
      --address ADDRESS   where to listen (default 127.0.0.1)
      --kubeconfig FILE   where to write the kubeconfig (default in the folder of temporary files)
      --token TEXT        a bearer token for the administrator (default one of chance)
      --anonymous-auth    who shows nothing is system:anonymous, and not refused
      --no-auth           whoever comes is the administrator; on loopback only
  -h, --help              this text
`;

/** The cluster has been there for a while when clients come: so long, by virtual time. */
const LEAD_MICROS = 120_000_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const options = read();
if (options) await serve(options).catch(fail);

interface Options {
  readonly topology: string;
  readonly seed: number;
  readonly port: number;
  readonly http: number | undefined;
  readonly address: string;
  readonly kubeconfig: string | undefined;
  readonly token: string | undefined;
  readonly anonymous: boolean;
  readonly open: boolean;
}

function read(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        topology: { type: 'string', default: 'two-nodes' },
        seed: { type: 'string', default: '7' },
        port: { type: 'string', default: '6443' },
        http: { type: 'string' },
        address: { type: 'string', default: '127.0.0.1' },
        kubeconfig: { type: 'string' },
        token: { type: 'string' },
        'anonymous-auth': { type: 'boolean', default: false },
        'no-auth': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return undefined;
    }
    if (!topologyNames().includes(values.topology)) {
      throw new Error(`there is no topology ${values.topology}; there are ${topologyNames()}`);
    }
    const open = values['no-auth'];
    if (open && !LOOPBACK.has(values.address)) {
      throw new Error('--no-auth is for loopback addresses only');
    }
    return {
      topology: values.topology,
      seed: whole('seed', values.seed),
      port: whole('port', values.port, 65_535),
      http: values.http === undefined ? undefined : whole('http', values.http, 65_535),
      address: values.address,
      kubeconfig: values.kubeconfig,
      token: values.token,
      anonymous: values['anonymous-auth'],
      open,
    };
  } catch (error) {
    process.stderr.write(`apiserver: ${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

function whole(name: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new Error(`--${name} takes a whole number: ${text}`);
}

async function serve(from: Options): Promise<void> {
  const start = Date.now() * 1_000 - LEAD_MICROS;
  const cluster = boot(from.topology, { seed: from.seed, start });
  const { address, port, http, anonymous, open, token } = from;
  // What nobody named a place for goes when the door closes.
  const own = from.kubeconfig === undefined ? join(tmpdir(), `podways-${process.pid}`) : undefined;
  const kubeconfig = resolve(from.kubeconfig ?? join(own ?? '', 'config'));
  const door = await openDoor({
    cluster,
    address,
    port,
    http,
    anonymous,
    open,
    kubeconfig,
    ...(token !== undefined && { token }),
  });
  tell(door, kubeconfig);
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(130);
      ending = true;
      if (own !== undefined) rmSync(own, { recursive: true, force: true });
      void door.close().then(() => process.exit(0));
    });
  }
}

function tell({ url, httpUrl, token }: Door, kubeconfig: string): void {
  process.stdout.write(
    `Serving on ${url}${httpUrl ? ` and ${httpUrl}` : ''}, until Ctrl-C.\n` +
      `Bearer token of the administrator: ${token}\n` +
      `export KUBECONFIG=${kubeconfig}\n`,
  );
}

function fail(error: NodeJS.ErrnoException): void {
  const why =
    error.code === 'EADDRINUSE'
      ? 'the port is taken; choose another with --port'
      : (error.stack ?? error.message);
  process.stderr.write(`apiserver: ${why}\n`);
  process.exit(1);
}
