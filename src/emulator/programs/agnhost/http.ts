import { fieldOf } from '../../host/http/message.ts';
import type { HttpRequest } from '../../host/http/server.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';

/** What netexec answers to a request. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

const ok = (body: string): Reply => ({ status: 200, body });

/** The handlers of `netexec`, by path. */
export function netexec(sys: DaemonSys, { target, head, peer }: HttpRequest): Reply {
  const [path = '/', query = ''] = target.split(/\?(.*)/s);
  const value = (name: string) => valueOf(query, name);
  switch (path) {
    case '/hostname':
    case '/hostName':
      return ok(sys.hostname);
    case '/clientip':
      return ok(`${peer.address}:${peer.port}`);
    case '/echo':
      return { status: Number(value('code') || 200), body: value('msg') };
    case '/header':
      return ok(fieldOf(head, value('key').toLowerCase()) ?? '');
    case '/healthz':
      return ok('');
    case '/redirect':
      return { status: Number(value('code') || 302), body: '', location: value('location') };
    case '/dial':
    case '/shell':
    case '/upload':
    case '/exit':
    case '/shutdown':
      return { status: 501, body: `${path} is not modelled here\n` };
    default:
      return ok(`NOW: ${rfc3339Micro(sys.now).replace('T', ' ').replace('Z', ' +0000 UTC')}`);
  }
}

function valueOf(query: string, name: string): string {
  const pair = query.split('&').find((each) => each.startsWith(`${name}=`));
  const text = pair?.slice(name.length + 1).replaceAll('+', ' ') ?? '';
  return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
