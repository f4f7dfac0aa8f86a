import type { ConfigError } from './corefile/controller.ts';

/** `host:port` as net.SplitHostPort takes it apart. */
export function readAddress(
  text: string,
): { readonly address: string; readonly port: number } | ConfigError {
  const colons = text.replace(/^\[[^\]]*\]/, '').split(':').length - 1;
  if (colons > 1) return { error: `address ${text}: too many colons in address` };
  if (colons === 0) return { error: `address ${text}: missing port in address` };
  const [, host = '', port = ''] = /^(.*):([^:]*)$/.exec(text) ?? [];
  const address = host === '' ? '0.0.0.0' : host === 'localhost' ? '127.0.0.1' : host;
  return { address: address.replace(/^\[|\]$/g, ''), port: /^\d+$/.test(port) ? Number(port) : 0 };
}
