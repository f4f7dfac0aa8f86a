/** A URL in its parts, as curl's URL parser takes it apart. */
export interface Url {
  readonly scheme: string;
  readonly user?: string;
  readonly password?: string;
  readonly host: string;
  readonly port: number;
  /** Whether the port is the scheme's own. */
  readonly usualPort: boolean;
  /** Path and query; begins with a slash. */
  readonly target: string;
}

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, telnet: 23 };
/** Schemes that Debian's curl speaks. */
const known = new Set(
  (
    'dict file ftp ftps gopher gophers http https imap imaps ldap ' +
    'ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps ' +
    'telnet tftp'
  ).split(' '),
);

/** What curl says about a URL that it cannot use: exit code and text. */
export interface UrlError {
  readonly code: number;
  readonly text: string;
}

const bad: UrlError = { code: 3, text: 'URL using bad/illegal format or missing URL' };

/** Takes a URL apart; without a scheme it is http. */
export function parseUrl(text: string): Url | UrlError {
  if (/\s/.test(text)) return { code: 3, text: 'URL using bad/illegal format or missing URL' };
  const [, given, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  const scheme = (given ?? 'http').toLowerCase();
  if (!known.has(scheme)) {
    return { code: 1, text: `Protocol "${given}" not supported or disabled in libcurl` };
  }
  const [, authority = '', after = ''] = /^([^/?#]*)([^#]*)/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const [user, password] = at < 0 ? [] : authority.slice(0, at).split(/:(.*)/s);
  const place = authority.slice(at + 1);
  const match = /^(\[[0-9a-fA-F:.%]+\]|[^:[\]]*)(?::(.*))?$/.exec(place);
  const host = match?.[1] ?? '';
  if (!match || host === '') return bad;
  const digits = match[2];
  if (digits !== undefined && digits !== '' && !/^\d+$/.test(digits)) return bad;
  if (Number(digits) > 65_535) {
    return { code: 3, text: 'URL using bad/illegal format or missing URL' };
  }
  const usual = ports[scheme] ?? 0;
  const port = digits ? Number(digits) : usual;
  const target = after.startsWith('/') ? after : `/${after}`;
  return {
    scheme,
    ...(user !== undefined && { user: decode(user) }),
    ...(password !== undefined && { password: decode(password) }),
    host: host.replace(/^\[|\]$/g, ''),
    port,
    usualPort: port === usual,
    target,
  };
}

/** A URL as text again. */
export function printUrl({ scheme, host, port, usualPort, target }: Url): string {
  return `${scheme}://${hostText(host)}${usualPort ? '' : `:${port}`}${target}`;
}

/** The Host header: with the port where it is not the scheme's own. */
export function hostHeader({ host, port, usualPort }: Url): string {
  return `${hostText(host)}${usualPort ? '' : `:${port}`}`;
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Where a Location header leads to. */
export function follow(from: Url, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  if (location.startsWith('//')) return `${from.scheme}:${location}`;
  const base = printUrl({ ...from, target: '' }).replace(/\/$/, '');
  const path = from.target.replace(/\?.*$/s, '');
  if (location.startsWith('?')) return `${base}${path}${location}`;
  if (location.startsWith('/')) return `${base}${dotless(location)}`;
  return `${base}${dotless(`${path.replace(/[^/]*$/, '')}${location}`)}`;
}

/** A path without `.` and `..` (RFC 3986, 5.2.4). */
export function dotless(target: string): string {
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(target) ?? [];
  const parts: string[] = [];
  const pieces = path.split('/').slice(1);
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    if (piece === '..') parts.pop();
    if (piece !== '.' && piece !== '..') parts.push(piece);
    else if (last) parts.push('');
  }
  return `/${parts.join('/')}${query}`;
}

function decode(text: string): string {
  return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
