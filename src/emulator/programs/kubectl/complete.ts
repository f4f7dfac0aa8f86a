import type { Sys } from '../../host/syscalls.ts';
import type { ApiResponse } from '../../apiserver/request.ts';
import type { Command, Completion } from './command.ts';
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
  const { command, rest } = findCommand(commands, before);
  const flags = [...globalFlags, ...defineFlags(command?.flags ?? '')];
  if (last.startsWith('-')) {
    return flags.map(({ name, type }) => (type === 'bool' ? `--${name}` : `--${name}=`));
  }
  const completion = createCompletion(sys, valuesOf(flags, before));
  const ofFlag = flagValue(flags, before.at(-1) ?? '', completion);
  if (ofFlag) return ofFlag;
  const below = command ? command.commands : commands;
  const words2 = below?.map(({ name }) => name) ?? [];
  if (!command) return words2;
  return [...words2, ...(command.complete?.([...rest, last], completion) ?? [])];
}

function valuesOf(flags: ReturnType<typeof defineFlags>, words: readonly string[]): FlagValues {
  try {
    return parseFlags(flags, words).values;
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    return parseFlags(flags, []).values;
  }
}

const FORMATS = ['custom-columns=', 'go-template=', 'json', 'jsonpath=', 'name', 'wide', 'yaml'];

/** What may stand behind a flag that takes a value. */
function flagValue(
  flags: ReturnType<typeof defineFlags>,
  word: string,
  completion: Completion,
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
      return FORMATS;
    case 'context':
      return completion.contexts();
    case 'filename':
      return [];
    default:
      return undefined;
  }
}

function createCompletion(sys: Sys, flags: FlagValues): Completion {
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
      const object = ask(`/api/v1/namespaces/${namespace}/pods/${pod}`);
      const spec = object?.['spec'] as { containers?: { name: string }[] } | undefined;
      return (spec?.containers ?? []).map(({ name }) => name);
    },
    contexts: () =>
      quietly(() => loadKubeconfig(sys, flags))?.contexts?.map(({ name }) => name) ?? [],
  };
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
