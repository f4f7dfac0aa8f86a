import {
  secondsOf,
  type BindServer,
  type BindSettings,
} from '../../host/resolver/bind-settings.ts';
import { className, typeName } from '../../host/resolver/bind-text.ts';

/** What `set` and the options change. */
export interface Settings {
  bind: BindSettings;
  /** Undefined: A and then AAAA, or PTR for an address. */
  type: string | undefined;
  class: string;
  debug: boolean;
  search: boolean;
  recurse: boolean;
  tcp: boolean;
  fail: boolean;
  /** False once a server was named. */
  checkRecursion: boolean;
}

/** Settings before any option. */
export function newSettings(bind: BindSettings): Settings {
  return {
    bind,
    type: undefined,
    class: 'IN',
    debug: false,
    search: true,
    recurse: true,
    tcp: false,
    fail: false,
    checkRecursion: true,
  };
}

/** Asks these servers from now on, and takes their answers as they are. */
export function useServers(settings: Settings, servers: readonly BindServer[]): void {
  settings.bind = { ...settings.bind, servers };
  settings.checkRecursion = false;
}

const switchNames: Readonly<
  Record<string, readonly ['debug' | 'search' | 'recurse' | 'tcp' | 'fail', boolean]>
> = {
  debug: ['debug', true],
  nodebug: ['debug', false],
  search: ['search', true],
  nosearch: ['search', false],
  recurse: ['recurse', true],
  norecurse: ['recurse', false],
  vc: ['tcp', true],
  novc: ['tcp', false],
  fail: ['fail', false],
  nofail: ['fail', true],
};

/** Accepted, and without meaning for what is modelled. */
const idle = ['sil', 'd2', 'nod2', 'defname', 'nodefname'];

/** Letters that are enough for an option; longer beginnings of the word mean the same. */
const shortest: readonly (readonly [word: string, letters: number])[] = [
  ['recurse', 3],
  ['norecurse', 5],
  ['retry', 3],
  ['timeout', 1],
  ['class', 2],
  ['type', 2],
  ['querytype', 1],
  ['domain', 2],
  ['port', 2],
  ['debug', 3],
  ['nodebug', 5],
  ['search', 3],
  ['nosearch', 5],
  ['ndots', 1],
];

function wordOf(key: string): string {
  const found = shortest.find(
    ([word, letters]) => key.length >= letters && word.startsWith(key.toLowerCase()),
  );
  return found?.[0] ?? key.toLowerCase();
}

/** One option (`type=srv`, `nodebug`); gives what is to be said about it. */
export function setOption(settings: Settings, text: string): string {
  const [key = '', value = ''] = text.split(/=(.*)/s);
  const word = wordOf(key);
  const flag = switchNames[word];
  if (flag && !text.includes('=')) {
    settings[flag[0]] = flag[1];
    return '';
  }
  if (idle.includes(word)) return '';
  return setValue(settings, word, value) ?? `*** Invalid option: ${text}\n`;
}

function setValue(settings: Settings, word: string, value: string): string | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : undefined;
  const { bind } = settings;
  switch (word) {
    case 'type':
    case 'querytype': {
      const type = typeName(value);
      if (type === undefined) return `unknown query type: ${value}\n`;
      settings.type = type;
      return '';
    }
    case 'class': {
      const named = className(value);
      if (named === undefined) return `unknown query class: ${value}\n`;
      settings.class = named;
      return '';
    }
    case 'timeout':
      settings.bind = { ...bind, timeout: secondsOf(value) ?? bind.timeout };
      return number === undefined ? `Couldn't parse timeout value\n` : '';
    case 'retry':
      settings.bind = { ...bind, tries: Math.max(1, number ?? bind.tries) };
      return number === undefined ? `Couldn't parse tries value\n` : '';
    case 'ndots':
      settings.bind = { ...bind, ndots: number ?? bind.ndots };
      return '';
    case 'port':
      settings.bind = { ...bind, port: number ?? bind.port };
      return '';
    case 'domain':
      settings.bind = { ...bind, search: [value] };
      settings.search = true;
      return '';
    default:
      return undefined;
  }
}

/** What `set all` shows. */
export function allText(settings: Settings): string {
  const { bind } = settings;
  const servers = bind.servers.map(
    ({ address, shown }) => `Default server: ${shown}\nAddress: ${address}#${bind.port}\n`,
  );
  const no = (set: boolean) => (set ? '' : 'no');
  const seconds = Math.floor(bind.timeout / 1_000_000);
  return (
    `${servers.join('')}\nSet options:\n` +
    `  ${no(settings.tcp)}vc\t\t\t${no(settings.debug)}debug\t\t${no(false)}d2\n` +
    `  ${no(settings.search)}search\t\t${no(settings.recurse)}recurse\n` +
    `  timeout = ${seconds}\t\tretry = ${bind.tries}\tport = ${bind.port}` +
    `\tndots = ${bind.ndots}\n` +
    `  querytype = ${(settings.type ?? 'A').padEnd(8)}\tclass = ${settings.class}\n` +
    `  srchlist = ${bind.search.join('/')}\n`
  );
}
