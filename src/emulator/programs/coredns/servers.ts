import type { Files } from '../../host/syscalls.ts';
import { plugins } from './catalog.ts';
import { createController, type ConfigError } from './corefile/controller.ts';
import { isError, parseCorefile, type ServerBlock } from './corefile/parse.ts';
import { directives } from './order.ts';
import type { PluginConfig, ServerConfig } from './plugin.ts';
import { isDomainName, reverseZones } from './zones.ts';

/** What a Corefile comes to. */
export interface Servers {
  readonly servers: readonly ServerConfig[];
  readonly warnings: readonly string[];
}

/** Reads a Corefile and sets up the plugins of all its server blocks, or gives the first error. */
export function readServers(
  path: string,
  text: string,
  place: {
    readonly files?: Files;
    readonly env: Readonly<Record<string, string>>;
    readonly defaultPort?: number;
  },
): Servers | ConfigError {
  const known = new Set(directives);
  const parsed = parseCorefile(path, text, {
    isDirective: (word) => known.has(word),
    glob: (pattern) => globFiles(place.files, pattern),
    env: place.env,
  });
  if (isError(parsed)) return parsed;
  const blocks =
    parsed.blocks.length > 0 || text.trim() !== ''
      ? parsed.blocks
      : [{ keys: ['.:53'], tokens: { whoami: [{ text: 'whoami', file: path, line: 1 }] } }];
  const warnings = [...parsed.warnings];
  const zones = readZones(blocks, place.defaultPort ?? 53);
  if (isError(zones)) return zones;
  const configs: PluginConfig[][] = blocks.map(() => []);
  for (const name of directives) {
    for (const [index, block] of blocks.entries()) {
      const tokens = block.tokens[name];
      if (!tokens) continue;
      const plugin = plugins.get(name);
      if (!plugin) return { error: `plugin/${name}: not modelled here` };
      const warn = (line: string) => void warnings.push(line);
      const controller = createController(tokens, {
        keys: block.keys,
        file: path,
        files: place.files,
        warn,
      });
      const config = plugin.setup(controller);
      if (isError(config)) return { error: `plugin/${name}: ${config.error}` };
      if (config !== undefined) configs[index]?.push({ name, config });
    }
  }
  const servers = zones.map(({ zone, port, block }) => ({
    zone,
    port,
    block,
    plugins: configs[block] ?? [],
    keys: blocks[block]?.keys ?? [],
  }));
  return { servers, warnings };
}

interface Zone {
  readonly zone: string;
  readonly port: number;
  readonly block: number;
}

/** The zones of all keys; the same one twice at a port is refused. */
function readZones(blocks: readonly ServerBlock[], defaultPort: number): Zone[] | ConfigError {
  const zones: Zone[] = [];
  for (const [block, { keys }] of blocks.entries()) {
    for (const key of keys) {
      const bare = key.replace(/^dns:\/\//, '');
      if (/^(tls|https|grpc|quic):\/\//.test(key)) return { error: `${key}: not modelled here` };
      const [, host = '', digits] = /^(.*?)(?::(\d+))?$/.exec(bare) ?? [];
      const expanded = reverseZones(host);
      const name = host === '' ? '.' : host;
      if (!expanded && (!isDomainName(name) || name.includes(':'))) {
        return {
          error: `error inspecting server blocks: zone is not a valid domain name: ${host}`,
        };
      }
      const port = digits === undefined ? defaultPort : Number(digits);
      for (const zone of expanded ?? [name.endsWith('.') ? name : `${name}.`]) {
        const lower = zone.toLowerCase();
        if (zones.some((each) => each.zone === lower && each.port === port)) {
          return { error: `cannot serve dns://${lower}:${port} - it is already defined` };
        }
        zones.push({ zone: lower, port, block });
      }
    }
  }
  return zones;
}

function globFiles(files: Files | undefined, pattern: string) {
  if (!files) return [];
  const folder = pattern.replace(/\/[^/]*$/, '') || '/';
  const last = pattern.split('/').at(-1) ?? '';
  const glob = new RegExp(
    `^${last
      .replaceAll(/[.+^$()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const names = files.list(folder);
  if (typeof names === 'string') return [];
  return [...names].sort().flatMap((name) => {
    const file = `${folder === '/' ? '' : folder}/${name}`;
    const found = glob.test(name) ? files.read(file) : 'ENOENT';
    return typeof found === 'string' ? [] : [{ file, text: found.text }];
  });
}
