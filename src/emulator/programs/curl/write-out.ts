import type { Figures } from './session.ts';

interface Outcome {
  readonly code: number;
  readonly text: string;
}

const seconds = (micros: number) => (micros / 1_000_000).toFixed(6);

/** Value of a variable of `--write-out`; undefined for one that curl does not have. */
function variable(
  name: string,
  of: Figures,
  outcome: Outcome,
  verified: number,
): string | undefined {
  const took = Math.max(1, of.end);
  const values: Readonly<Record<string, string>> = {
    content_type: of.contentType,
    errormsg: outcome.text,
    exitcode: String(outcome.code),
    http_code: String(of.status).padStart(3, '0'),
    http_connect: '000',
    http_version: of.version,
    local_ip: of.local?.address ?? '',
    local_port: String(of.local?.port ?? 0),
    method: of.method,
    num_connects: String(of.connects),
    num_redirects: String(of.redirects),
    redirect_url: of.redirectUrl,
    remote_ip: of.remote?.address ?? '',
    remote_port: String(of.remote?.port ?? 0),
    response_code: String(of.status).padStart(3, '0'),
    scheme: of.status === 0 && of.connects === 0 ? '' : of.secured > 0 ? 'HTTPS' : 'HTTP',
    size_download: String(of.downloaded),
    size_header: String(of.headerSize),
    size_request: String(of.requestSize),
    size_upload: String(of.uploaded),
    speed_download: String(Math.floor((of.downloaded * 1_000_000) / took)),
    speed_upload: String(Math.floor((of.uploaded * 1_000_000) / took)),
    ssl_verify_result: String(verified),
    time_appconnect: seconds(of.secured),
    time_connect: seconds(of.connected),
    time_namelookup: seconds(of.looked),
    time_pretransfer: seconds(of.pretransfer),
    time_redirect: seconds(of.redirect),
    time_starttransfer: seconds(of.first),
    time_total: seconds(of.end),
    url: of.url,
    url_effective: of.url,
    urlnum: '0',
  };
  return values[name];
}

/** The text that `-w` asks for, and what it says about unknown variables. */
export function writeOut(format: string, of: Figures, outcome: Outcome, verified: number) {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  const unknown: string[] = [];
  const text = format.replaceAll(
    /%%|%\{(.*?)\}|\\(.)/gs,
    (whole, name: string | undefined, letter: string | undefined) => {
      if (whole === '%%') return '%';
      if (letter !== undefined) return escapes[letter] ?? whole;
      const value = variable(name ?? '', of, outcome, verified);
      if (value === undefined) unknown.push(name ?? '');
      return value ?? '';
    },
  );
  const said = unknown.map((name) => `curl: unknown --write-out variable: '${name}'\n`).join('');
  return { text, said };
}
