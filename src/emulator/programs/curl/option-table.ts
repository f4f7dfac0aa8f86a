/** One command line option of curl 7.88.1. */
export interface OptionSpec {
  readonly letter?: string;
  readonly argument?: boolean;
  /** The setting it writes; options without one are real but not modelled. */
  readonly sets?: string;
}

const flag = (sets: string, letter?: string): OptionSpec => ({ sets, ...(letter && { letter }) });
const value = (sets: string, letter?: string): OptionSpec => ({
  sets,
  argument: true,
  ...(letter && { letter }),
});

/** Options that are modelled, by their long names. */
export const optionTable: Readonly<Record<string, OptionSpec>> = {
  cacert: value('cacert'),
  capath: value('ignored'),
  cert: value('cert', 'E'),
  'connect-to': value('connectTo'),
  compressed: flag('compressed'),
  'connect-timeout': value('connectTimeout'),
  cookie: value('cookie', 'b'),
  data: value('data', 'd'),
  'data-ascii': value('data'),
  'data-binary': value('dataBinary'),
  'data-raw': value('dataRaw'),
  'data-urlencode': value('dataUrlencode'),
  disable: flag('ignored', 'q'),
  'dump-header': value('dumpHeader', 'D'),
  fail: flag('fail', 'f'),
  'fail-early': flag('failEarly'),
  'fail-with-body': flag('failWithBody'),
  get: flag('get', 'G'),
  globoff: flag('ignored', 'g'),
  head: flag('head', 'I'),
  header: value('header', 'H'),
  help: flag('help', 'h'),
  'http1.0': flag('http10', '0'),
  'http1.1': flag('http11'),
  http2: flag('ignored'),
  include: flag('include', 'i'),
  insecure: flag('insecure', 'k'),
  ipv4: flag('ipv4', '4'),
  ipv6: flag('ipv6', '6'),
  json: value('json'),
  key: value('key'),
  location: flag('location', 'L'),
  'max-redirs': value('maxRedirs'),
  'max-time': value('maxTime', 'm'),
  'no-alpn': flag('noAlpn'),
  'no-buffer': flag('ignored', 'N'),
  'no-keepalive': flag('ignored'),
  'no-progress-meter': flag('noProgress'),
  output: value('output', 'o'),
  'path-as-is': flag('ignored'),
  referer: value('referer', 'e'),
  'remote-name': flag('remoteName', 'O'),
  'remote-name-all': flag('remoteNameAll'),
  request: value('request', 'X'),
  resolve: value('resolve'),
  retry: value('retry'),
  'retry-all-errors': flag('retryAllErrors'),
  'retry-connrefused': flag('retryRefused'),
  'retry-delay': value('retryDelay'),
  'retry-max-time': value('retryMaxTime'),
  noproxy: value('ignored'),
  'show-error': flag('showError', 'S'),
  silent: flag('silent', 's'),
  'tls-max': value('tlsMaxText'),
  tlsv1: flag('tlsv1', '1'),
  'tlsv1.0': flag('tlsv1'),
  'tlsv1.1': flag('tlsv1'),
  'tlsv1.2': flag('tlsv12'),
  'tlsv1.3': flag('tlsv13'),
  url: value('url'),
  user: value('user', 'u'),
  'user-agent': value('userAgent', 'A'),
  verbose: flag('verbose', 'v'),
  version: flag('version', 'V'),
  'write-out': value('writeOut', 'w'),
};

const words = (text: string) => text.trim().split(/\s+/);

/** Long options that curl has and that are not modelled. */
export const unmodelledLong = new Set(
  words(`
  abstract-unix-socket alt-svc anyauth append aws-sigv4 basic ca-native 
  cert-status cert-type ciphers compressed-ssh config continue-at cookie-jar
  create-dirs create-file-mode crlf crlfile curves delegation digest disable-eprt disable-epsv
  disallow-username-in-url dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-cert-status
  doh-insecure doh-url egd-file engine etag-compare etag-save expect100-timeout false-start form
  form-escape form-string ftp-account ftp-alternative-to-user ftp-create-dirs ftp-method ftp-pasv
  ftp-port ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode ftp-ssl-control
  happy-eyeballs-timeout-ms haproxy-protocol hostpubmd5 hostpubsha256 hsts http0.9 
  http2-prior-knowledge http3 http3-only ignore-content-length interface junk-session-cookies
  keepalive-time key-type krb libcurl limit-rate list-only local-port location-trusted
  login-options mail-auth mail-from mail-rcpt mail-rcpt-allowfails manual max-filesize metalink
  negotiate netrc netrc-file netrc-optional next no-clobber no-npn no-sessionid
  ntlm ntlm-wb oauth2-bearer output-dir parallel parallel-immediate parallel-max pass pinnedpubkey
  post301 post302 post303 preproxy progress-bar proto proto-default proto-redir proxy
  proxy-anyauth proxy-basic proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers
  proxy-crlfile proxy-digest proxy-header proxy-insecure proxy-key proxy-key-type proxy-negotiate
  proxy-ntlm proxy-pass proxy-pinnedpubkey proxy-service-name proxy-ssl-allow-beast
  proxy-ssl-auto-client-cert proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser
  proxy-tlsv1 proxy-user proxy1.0 proxytunnel pubkey quote random-file range rate raw
  remote-header-name remote-time remove-on-error request-target 
  sasl-authzid sasl-ir service-name socks4 socks4a
  socks5 socks5-basic socks5-gssapi socks5-gssapi-nec socks5-gssapi-service socks5-hostname
  speed-limit speed-time ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd
  ssl-revoke-best-effort sslv2 sslv3 stderr styled-output suppress-connect-headers tcp-fastopen
  tcp-nodelay telnet-option tftp-blksize tftp-no-options time-cond tls13-ciphers
  tlsauthtype tlspassword tlsuser tr-encoding trace
  trace-ascii trace-time unix-socket upload-file url-query use-ascii xattr`),
);

/** Letters of options that curl has and that are not modelled. */
export const unmodelledLetters = '#23:aBcCFjJKlMnpPQrRtTUxyYzZ';
