/** A URL in its parts. */
export interface Url {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly target: string;
  /** The whole as wget shows it. */
  readonly text: string;
}

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ftps: 990 };

/** Takes a URL apart (url.c); without a scheme it is http. A text says what is wrong with it. */
export function parseUrl(given: string): Url | string {
  const whole = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(given) ? given : `http://${given}`;
  const [, scheme = '', rest = ''] = /^([^:]+):\/\/(.*)$/s.exec(whole) ?? [];
  const usual = ports[scheme.toLowerCase()];
  if (usual === undefined) return 'Unsupported scheme';
  const [, place = '', after = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const at = place.lastIndexOf('@');
  const [, host = '', digits] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(place.slice(at + 1)) ?? [];
  if (host === '') return 'Invalid host name';
  if (digits && (!/^\d+$/.test(digits) || Number(digits) > 65_535)) return 'Bad port number';
  const port = digits ? Number(digits) : usual;
  const path = after.replace(/#.*$/s, '').replaceAll(' ', '%20');
  const target = path.startsWith('/') ? path : `/${path}`;
  const name = host.toLowerCase();
  const shownPort = port === usual ? '' : `:${port}`;
  return {
    scheme: scheme.toLowerCase(),
    user: at < 0 ? undefined : place.slice(0, at),
    host: name,
    port,
    target,
    text: `${scheme.toLowerCase()}://${name}${shownPort}${target}`,
  };
}

/** `web:8080`; without the port where it is the scheme's own. */
export function hostField({ scheme, host, port }: Url): string {
  return port === ports[scheme] ? host : `${host}:${port}`;
}

/** Where a Location header leads to from a URL. */
export function follow(from: Url, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  if (location.startsWith('//')) return `${from.scheme}:${location}`;
  const base = `${from.scheme}://${hostField(from)}`;
  if (location.startsWith('/')) return base + location;
  return `${base}${from.target.replace(/\?.*$/s, '').replace(/[^/]*$/, '')}${location}`;
}

/** The file that a URL's document is kept in. */
export function fileName({ target }: Url): string {
  return target.split('/').at(-1) || 'index.html';
}
