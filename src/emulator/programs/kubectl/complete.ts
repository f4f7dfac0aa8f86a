import type { Sys } from '../../host/syscalls.ts';
import type { ApiResponse } from '../../apiserver/request.ts';
import type { Command, Completion } from './command.ts';
import { completerOf } from './complete-arguments.ts';
import { Failure } from './failure.ts';
import { defineFlags, parseFlags, type FlagValues } from './flags.ts';
import { clientConfig, loadKubeconfig, type ClientConfig } from './kubeconfig.ts';
import { itemsOf, type Obj } from './object.ts';
import { cachedMappings, pathOf, type Mapping } from './rest-mapper.ts';
import { globalFlags } from './global-flags.ts';
import { findCommand } from './root.ts';

/** Candidates for the last word of a kubectl command line, as its shell completion offers them. */
export function complete(
  commands: readonly Command[],
  words: readonly string[],
  sys: Sys,
): readonly string[] {
  const before = words.slice(1, -1);
  const last = words.at(-1) ?? '';
  const { command, path, rest } = findCommand(commands, before);
  const own = defineFlags(command?.flags ?? '').filter(
    ({ name }) => !Object.hasOwn(command?.deprecated ?? {}, name),
  );
  const flags = [...globalFlags, ...own];
  const [, named, typed] = /^(--[\w-]+=)(.*)$/.exec(last) ?? [];
  if (last.startsWith('-') && named === undefined) {
    return [...flags, HELP].flatMap(({ name, short }) =>
      short === '' ? [`--${name}`] : [`--${name}`, `-${short}`],
    );
  }
  const chosen = rest.find((word) => !word.startsWith('-')) ?? '';
  const completion = createCompletion(sys, valuesOf(flags, before), chosen);
  if (named !== undefined && typed !== undefined) {
    const values = flagValue(flags, named.slice(0, -1), completion, path) ?? [];
    return values.map((value) => named + value);
  }
  const ofFlag = flagValue(flags, before.at(-1) ?? '', completion, path);
  if (ofFlag) return ofFlag;
  const below = command ? command.commands : commands;
  const words2 = below?.map(({ name }) => name) ?? [];
  if (!command) return words2;
  const values = valuesOf(flags, before);
  const needed =
    last === '' ? (command.required ?? []).filter((name) => !values.changed(name)) : [];
  const completer = completerOf(path) ?? command.complete;
  const words3 = completer?.([...rest, last], completion) ?? [];
  return [...needed.map((name) => `--${name}`), ...words2, ...words3];
}

function valuesOf(flags: ReturnType<typeof defineFlags>, words: readonly string[]): FlagValues {
  try {
    return parseFlags(flags, words).values;
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    return parseFlags(flags, []).values;
  }
}

const HELP = { name: 'help', short: 'h' };
const FORMATS = (
  'json yaml kyaml name go-template go-template-file template templatefile jsonpath ' +
  'jsonpath-as-json jsonpath-file custom-columns custom-columns-file wide'
).split(' ');

/** What may stand behind a flag that takes a value. */
function flagValue(
  flags: ReturnType<typeof defineFlags>,
  word: string,
  completion: Completion,
  path: readonly string[],
): readonly string[] | undefined {
  const name = word.startsWith('--')
    ? word.slice(2)
    : /^-\w$/.test(word)
      ? flags.find(({ short }) => short === word[1])?.name
      : undefined;
  switch (name) {
    case 'namespace':
      return completion.names('namespaces');
    case 'output':
      return path[0] === 'get' ? FORMATS : FORMATS.slice(0, 11);
    case 'context':
      return completion.contexts();
    case 'cluster':
      return completion.clusters();
    case 'user':
      return completion.users();
    case 'container':
      return completion.containers('');
    case 'filename':
      return [];
    default:
      return undefined;
  }
}

/** `chosen`: the first argument, which `-c` is about. */
function createCompletion(sys: Sys, flags: FlagValues, chosen: string): Completion {
  const config = quietly(() => clientConfig(sys, flags));
  const ask = (path: string): Obj | undefined => {
    const response = config && answerNow(sys, config, path);
    return response && response.status < 300 ? (response.body as unknown as Obj) : undefined;
  };
  const mappings = (): readonly Mapping[] => (config && cachedMappings(sys, config.url)) ?? [];
  const find = (type: string) =>
    mappings().find(({ plural, singular, shortNames, group }) =>
      [plural, singular, ...shortNames, `${plural}.${group}`].includes(type),
    );
  const entries = (list: 'contexts' | 'clusters' | 'users') =>
    quietly(() => loadKubeconfig(sys, flags))?.[list]?.map(({ name }) => name) ?? [];
  const namespace = flags.text('namespace') || (config?.namespace ?? 'default');
  return {
    types: () =>
      mappings()
        .filter(({ verbs }) => verbs.includes('get'))
        .map(typeName),
    names(type) {
      const mapping = find(type) ?? fallback[type];
      const list = mapping && ask(pathOf(mapping, namespace));
      return list ? itemsOf(list).map(({ metadata }) => metadata?.name ?? '') : [];
    },
    containers(pod) {
      const name = (pod || chosen).replace(/^pods?\//, '');
      const object = ask(`/api/v1/namespaces/${namespace}/pods/${name}`);
      return containersIn(object).map((each) => each.name);
    },
    ports(target) {
      const [type, name] = target.includes('/') ? target.split('/') : ['pods', target];
      const mapping = find(type ?? '') ?? fallback[type ?? ''];
      const object = mapping && ask(`${pathOf(mapping, namespace)}/${name}`);
      const spec = object?.['spec'] as { ports?: { port: number }[] } | undefined;
      const numbers =
        spec?.ports?.map(({ port }) => port) ??
        containersIn(object).flatMap(({ ports = [] }) => ports.map((each) => each.containerPort));
      return numbers.map((port) => `${port}:${port}`);
    },
    contexts: () => entries('contexts'),
    clusters: () => entries('clusters'),
    users: () => entries('users'),
  };
}

interface ContainerShape {
  readonly name: string;
  readonly ports?: readonly { readonly containerPort: number }[];
}

function containersIn(pod: Obj | undefined): readonly ContainerShape[] {
  return (pod?.['spec'] as { containers?: ContainerShape[] } | undefined)?.containers ?? [];
}

const core = {
  version: 'v1',
  group: '',
  singular: '',
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
};

/** Types that are completed before anything was discovered. */
const fallback: Readonly<Record<string, Mapping>> = {
  namespaces: { ...core, kind: 'Namespace', plural: 'namespaces', namespaced: false },
  pods: { ...core, kind: 'Pod', plural: 'pods', namespaced: true },
  nodes: { ...core, kind: 'Node', plural: 'nodes', namespaced: false },
};

function typeName({ group, plural }: Mapping): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (caught) {
    if (caught instanceof Failure) return undefined;
    throw caught;
  }
}

/** Completion happens while the user waits at a key: no time passes. */
function answerNow(sys: Sys, config: ClientConfig, url: string): ApiResponse | undefined {
  return sys.peekApi?.(
    { method: 'GET', url, headers: { accept: 'application/json' } },
    config.options,
  );
}
