import { isErrno } from '../../../../host/errno.ts';
import { parseResolverConfig } from '../../../../host/resolver/config.ts';
import { absolute, type DnsMessage } from '../../../../host/resolver/message.ts';
import type { ConfigError } from '../../corefile/controller.ts';
import type { Context, DnsPlugin, Outcome, Query } from '../../plugin.ts';
import { nameOf } from '../../reply.ts';
import { matchZone, originsOf } from '../../zones.ts';
import type { KubernetesConfig } from '../kubernetes/setup.ts';

interface Config {
  readonly [name: string]: string | readonly string[];
  readonly zones: readonly string[];
  /** The plugin that knows the client's path; '' where the path is fixed. */
  readonly plugin: string;
  readonly search: readonly string[];
}

/** autopath: follows the client's search path for it. */
const plugin: DnsPlugin<Config> = {
  name: 'autopath',
  setup(c): Config | ConfigError {
    let config: Config = { zones: [], plugin: '', search: [] };
    while (c.next()) {
      const args = c.remainingArgs();
      const last = args.at(-1);
      if (last === undefined) return { error: 'no resolv-conf specified' };
      let search: readonly string[] = [];
      if (!last.startsWith('@')) {
        const found = c.files?.read(last) ?? 'ENOENT';
        if (isErrno(found)) {
          const why = `open ${last}: no such file or directory`;
          return { error: `failed to parse ${JSON.stringify(last)}: ${why}` };
        }
        search = parseResolverConfig(found.text).search.map((each) => absolute(each.toLowerCase()));
      }
      const zones = originsOf(args.slice(0, -1), c.keys);
      config = { zones, plugin: last.startsWith('@') ? last.slice(1) : '', search };
    }
    return config;
  },
  *serve(config, query, next, context) {
    const name = nameOf(query);
    if (matchZone(config.zones, name) === undefined) return yield* next(query);
    const path = config.plugin === '' ? config.search : podPath(config.plugin, query, context);
    const [first] = path;
    if (first === undefined || !name.endsWith(`.${first}`)) return yield* next(query);
    const asked = query.request.question.name;
    const base = asked.slice(0, asked.length - first.length);
    let own: Outcome | undefined;
    // At the end of the path stands the name as it is.
    for (const suffix of [...path, '']) {
      const { question, ...rest } = query.request;
      const request = { ...rest, question: { ...question, name: `${base}${suffix}` } };
      const outcome = yield* next({ ...query, request });
      if (outcome.error !== undefined) return outcome;
      own ??= outcome;
      const { message } = outcome;
      if (!message || message.rcode === 'NXDOMAIN') continue;
      return { ...outcome, message: aliased(message, asked) };
    }
    if (!own?.message) return own ?? { rcode: 'SERVFAIL' };
    const { question } = query.request;
    return { ...own, message: { ...own.message, question } };
  },
};

export default plugin;

/** An answer for another name, with an alias from the name that was asked for. */
function aliased(message: DnsMessage, asked: string): DnsMessage {
  const question = { ...message.question, name: asked };
  const other = message.answers.find(({ name }) => name.toLowerCase() !== asked.toLowerCase());
  if (!other) return { ...message, question };
  const alias = { name: asked, type: 'CNAME', ttl: other.ttl, data: other.name };
  return { ...message, question, answers: [alias, ...message.answers] };
}

/** The path of the pod that asks, by its address; pods are known only where they are verified. */
function podPath(name: string, query: Query, context: Context): readonly string[] {
  const own = context.server.plugins.find((each) => each.name === name)?.config;
  if (name !== 'kubernetes' || own === undefined) return [];
  const config = own as unknown as KubernetesConfig;
  const zone = matchZone(config.zones, nameOf(query));
  const [pod] = context.cluster.podsByAddress(query.client.address);
  if (zone === undefined || config.podMode !== 'verified' || !pod) return [];
  const end = zone === '.' ? '' : zone;
  const found = context.files?.read('/etc/resolv.conf') ?? 'ENOENT';
  const more = isErrno(found) ? [] : parseResolverConfig(found.text).search;
  return [
    `${pod.namespace}.svc.${end}`,
    `svc.${end}`,
    ...(end === '' ? [] : [end]),
    ...more.map((each) => absolute(each.toLowerCase())),
  ];
}
