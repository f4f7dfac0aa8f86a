/** One server block: its zone, its port, and its plugins with the lines of their stanzas. */
export interface ServerBlock {
  readonly zone: string;
  readonly port: number;
  readonly plugins: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** Plugins that are modelled; the names of all others of upstream's are known, to say so. */
const modelled = new Set([
  'errors',
  'health',
  'ready',
  'kubernetes',
  'prometheus',
  'forward',
  'cache',
  'loop',
  'reload',
  'loadbalance',
  'log',
]);
const real = new Set([
  'root',
  'metadata',
  'geoip',
  'cancel',
  'tls',
  'timeouts',
  'multisocket',
  'quic',
  'grpc_server',
  'bufsize',
  'bind',
  'debug',
  'trace',
  'local',
  'dns64',
  'acl',
  'any',
  'chaos',
  'rewrite',
  'header',
  'dnssec',
  'autopath',
  'minimal',
  'template',
  'transfer',
  'hosts',
  'route53',
  'azure',
  'clouddns',
  'k8s_external',
  'file',
  'auto',
  'secondary',
  'etcd',
  'grpc',
  'erratic',
  'whoami',
  'on',
  'sign',
  'view',
  'tsig',
  'nsid',
  'dnstap',
  'import',
]);

/** Reads a Corefile (caddyfile rules, as far as server blocks and stanzas go). */
export function parseCorefile(
  path: string,
  text: string,
): { readonly blocks: readonly ServerBlock[] } | { readonly error: string } {
  const blocks: ServerBlock[] = [];
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  let plugins: Record<string, string[][]> | undefined;
  let stanza: string[][] | undefined;
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const words = line.split(/\s+/);
    const opens = words.at(-1) === '{';
    if (!plugins) {
      plugins = {};
      const [, zone = '.', port = '53'] =
        /^(?:dns:\/\/)?([^:]*)(?::(\d+))?$/.exec(words[0] ?? '') ?? [];
      blocks.push({ zone: zone || '.', port: Number(port), plugins });
      continue;
    }
    if (line === '}') {
      if (stanza) stanza = undefined;
      else plugins = undefined;
      continue;
    }
    if (stanza) {
      stanza.push(words);
      continue;
    }
    const [name = ''] = words;
    if (!modelled.has(name)) {
      const where = `${path}:${index + 1} - Error during parsing`;
      if (real.has(name)) return { error: `${where}: plugin ${name} is not modelled here` };
      return { error: `${where}: Unknown directive '${name}'` };
    }
    plugins[name] = [opens ? words.slice(0, -1) : words];
    if (opens) stanza = plugins[name];
  }
  if (plugins)
    return {
      error:
        `${path}:${lines.length} - Error during parsing: Unexpected ` +
        'EOF, expected closing brace',
    };
  return { blocks };
}
