import type { Packet } from '../packet.ts';
import type { HttpMatch } from './maps.ts';

/** What became of a request. */
export interface HttpVerdict {
  readonly allowed: boolean;
  /** `GET /path` */
  readonly request: string;
}

/** Reads the request in a segment, and whether the rules let it pass; undefined: no request. */
export function guardHttp(packet: Packet, rules: readonly HttpMatch[]): HttpVerdict | undefined {
  const head = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(packet.payload);
  if (!head) return undefined;
  const [, method = '', path = ''] = head;
  const host = /^host: *([^\r\n]+)/im.exec(packet.payload)?.[1] ?? '';
  const fits = (pattern: string | undefined, text: string) =>
    pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
  const allowed = rules.some(
    (rule) => fits(rule.method, method) && fits(rule.path, path) && fits(rule.host, host),
  );
  return { allowed, request: `${method} http://${host}${path}` };
}
