import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One recorded file: what it holds, which suite it counts to, and the ids of its cases. */
export interface CaseFile {
  /** `conformance/validation` or `oracle/kubectl`. */
  readonly suite: string;
  /** `conformance/validation/service.json`: what adapters are chosen by. */
  readonly path: string;
  /** Folder on disk that the file lies in, for what it refers to beside it. */
  readonly folder: string;
  readonly ids: readonly string[];
  readonly content: unknown;
}

/** All files of a known form below a folder, in order of their paths. */
export function findCaseFiles(data: string): CaseFile[] {
  const found: CaseFile[] = [];
  for (const path of walk(data)) {
    const file = read(path, data);
    if (file) found.push(file);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return walk(path);
      return /\.jsonl?$/.test(name) ? [path] : [];
    });
}

function read(path: string, data: string): CaseFile | undefined {
  const name = basename(path).replace(/\.jsonl?$/, '');
  const folder = join(path, '..');
  const own = folder.slice(data.length).replace(/^\//, '');
  const made = (known: string, ids: string[], content: unknown): CaseFile => {
    const suite = /^(conformance|oracle)\//.test(own) ? own : known;
    return { suite, path: `${known}/${basename(path)}`, folder, ids, content };
  };
  if (path.endsWith('.jsonl')) {
    const records = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as { id: string; cmd?: string });
    if (!records.every((record) => record.id && record.cmd !== undefined)) return undefined;
    const ids = records.map((record) => full(name, record.id));
    return made('oracle/net', ids, records);
  }
  const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const numbered = (items: readonly unknown[]) =>
    items.map((_item, index) => `${name}/${String(index + 1).padStart(3, '0')}`);
  if (Array.isArray(content['cases']) && typeof content['suite'] === 'string') {
    const cases = content['cases'] as { id: string }[];
    const ids = cases.map((each) => full(name, each.id));
    return made(`conformance/${content['suite']}`, ids, content);
  }
  if (Array.isArray(content['steps'])) {
    const commands = (content['steps'] as { cmd?: string }[]).filter((step) => step.cmd);
    const suite = content['kubeProxyVersion'] ? 'oracle/kubeproxy' : 'oracle/kubectl';
    return made(suite, numbered(commands), content);
  }
  const list = content['exchanges'] ?? content['commands'];
  if (Array.isArray(list)) return made('oracle/http', numbered(list), content);
  return undefined;
}

/** The id with the file's name in front, once. */
function full(name: string, id: string): string {
  return id.startsWith(name) ? id : `${name}/${id}`;
}

/** Reads a JSON file beside a case file, such as `topologies/iptables.json`. */
export function readBeside(folder: string, path: string): unknown {
  const full = join(folder, path);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')) : undefined;
}
