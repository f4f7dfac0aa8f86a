// The house rules that a machine can read: layers, sizes, banned ambient names.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const files = walk(join(root, 'src')).concat(walk(join(root, 'test')), walk(join(root, 'labs')));
const sources = files.filter((file) => /\.(ts|mjs)$/.test(file) && !/\.generated\./.test(file));
const emulator = sources.filter((file) => name(file).startsWith('src/emulator/'));

/** Layers from the bottom up; folders of one line never import one another. */
const layers: readonly (readonly string[])[] = [
  ['src/emulator/world'],
  ['src/emulator/apimachinery'],
  ['src/emulator/resources', 'src/emulator/network'],
  ['src/emulator/x509'],
  ['src/emulator/apiserver', 'src/emulator/host'],
  [
    'src/emulator/controllers',
    'src/emulator/cni',
    'src/emulator/proxy',
    'src/emulator/policy',
    'src/emulator/gateway',
  ],
  ['src/emulator/programs', 'src/emulator/images'],
  ['src/emulator/cluster'],
  ['src/session'],
  ['src/course'],
  ['src/ui', 'src/pages', 'src/cli', 'src/door', 'src/layouts', 'src/components'],
];

/** Types alone may be shared where a contract of one layer speaks of another on its own line. */
const contracts = new Set([
  'src/emulator/apiserver/request.ts',
  'src/emulator/resources/kind.ts',
  'src/emulator/network/api.ts',
  'src/emulator/network/netfilter/iptables/rules.ts',
  'src/session/protocol.ts',
]);

/** Families whose members never import one another. */
const families = [
  'src/emulator/resources',
  'src/emulator/programs',
  'src/emulator/programs/kubectl/verbs',
  'src/emulator/programs/coredns/plugins',
  'src/emulator/controllers',
  'src/emulator/cni',
  'src/emulator/images',
  'src/emulator/apiserver/admission',
  'src/course/checks',
];

describe('layers', () => {
  it('imports point downwards only', () => {
    const wrong: string[] = [];
    for (const file of sources.filter((file) => !file.endsWith('.test.ts'))) {
      for (const target of imports(file)) {
        const problem = arrow(name(file), target);
        if (problem) wrong.push(`${name(file)} -> ${target}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the emulator imports only the packages it may', () => {
    const allowed = new Set(['xstate', 'yaml', 'ipaddr.js', 'unbash']);
    const wrong = emulator
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => packages(file).map((used) => [name(file), used] as const))
      .filter(([, used]) => !allowed.has(used));
    expect(wrong).toEqual([]);
  });
});

describe('nothing ambient in the emulator', () => {
  const names = [
    'Date\\.|new Date\\b|Math\\.random|setTimeout|setInterval|queueMicrotask',
    'Promise\\b|async\\s|await\\s',
    'fetch\\(|document\\.|window\\.|globalThis|performance\\.|crypto\\.|console\\.',
    'process\\.(?:env|argv|stdout|stderr|exit|nextTick|hrtime)',
  ];
  const banned = new RegExp(`\\b(${names.join('|')})`);
  it('uses none of the banned names', () => {
    const wrong: string[] = [];
    for (const file of emulator.filter((file) => !file.endsWith('.test.ts'))) {
      code(file).forEach((line, index) => {
        const found = banned.exec(line);
        if (found) wrong.push(`${name(file)}:${index + 1}: ${found[0]}`);
      });
    }
    expect(wrong).toEqual([]);
  });
});

describe('sizes', () => {
  it('files have at most 400 lines, lines at most 100 columns', () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const lines = readFileSync(file, 'utf8').split('\n');
      if (lines.length > 401) wrong.push(`${name(file)}: ${lines.length - 1} lines`);
      lines.forEach((line, index) => {
        if ([...line].length > 100 && !/^\s*(import|export)\b|https?:/.test(line)) {
          wrong.push(`${name(file)}:${index + 1}: ${[...line].length} columns`);
        }
      });
    }
    expect(wrong).toEqual([]);
  });

  it('functions have at most 70 lines', () => {
    const wrong: string[] = [];
    for (const file of sources.filter((file) => !file.endsWith('.test.ts'))) {
      wrong.push(...longFunctions(file));
    }
    expect(wrong).toEqual([]);
  });
});

describe('folders', () => {
  it('each kind, program, controller and plugin has a README', () => {
    const wrong: string[] = [];
    for (const family of families) {
      for (const member of folders(join(root, family))) {
        const isMember = readdirSync(join(root, family, member)).includes('index.ts');
        const readme = readdirSync(join(root, family, member)).includes('README.md');
        if (isMember && !readme && !family.endsWith('verbs')) wrong.push(`${family}/${member}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('no file is called utils, helpers, common, manager or misc', () => {
    const vague = /(^|\/)(utils?|helpers?|common|manager|misc)\.[a-z]+$/;
    expect(files.map(name).filter((file) => vague.test(file))).toEqual([]);
  });
});

function arrow(from: string, to: string): string | undefined {
  const family = families.find(
    (family) => from.startsWith(`${family}/`) && to.startsWith(`${family}/`),
  );
  if (family) {
    const member = (path: string) => path.slice(family.length + 1).split('/');
    const [a, b] = [member(from), member(to)];
    const nested = families.some(
      (other) => other.startsWith(`${family}/`) && to.startsWith(`${other}/`),
    );
    if (
      a.length > 1 &&
      b.length > 1 &&
      a[0] !== b[0] &&
      !nested &&
      isMember(family, b[0] as string)
    ) {
      return 'siblings of a family';
    }
  }
  const rank = (path: string) =>
    layers.findIndex((row) =>
      row.some((folder) => path === folder || path.startsWith(`${folder}/`)),
    );
  const [here, there] = [rank(from), rank(to)];
  if (here < 0 || there < 0 || contracts.has(to)) return undefined;
  if (there > here) return 'points up';
  const folder = (path: string) => layers[here]?.find((each) => path.startsWith(`${each}/`));
  const top = here === layers.length - 1;
  if (there === here && folder(from) !== folder(to) && !top) return 'points sideways';
  return undefined;
}

/** A folder of a family that has an index.ts is a member; others are shared parts. */
function isMember(family: string, folder: string): boolean {
  try {
    return readdirSync(join(root, family, folder)).includes('index.ts');
  } catch {
    return false;
  }
}

function imports(file: string): string[] {
  return specifiers(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => name(resolve(dirname(file), path)));
}

function packages(file: string): string[] {
  return specifiers(file).filter((path) => !path.startsWith('.'));
}

function specifiers(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map((f) => f.fileName);
}

/** Lines of a file without comments and string contents, so that words in them do not count. */
function code(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const blank: [number, number][] = [];
  const visit = (node: ts.Node) => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isRegularExpressionLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      blank.push([node.getStart(), node.getEnd()]);
    }
    if (ts.isImportDeclaration(node)) blank.push([node.getStart(), node.getEnd()]);
    ts.forEachChild(node, visit);
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
      blank.push([range.pos, range.end]);
    }
    for (const range of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) {
      blank.push([range.pos, range.end]);
    }
  };
  visit(source);
  const letters = text.split('');
  for (const [from, to] of blank) {
    for (let i = from; i < to; i++) if (letters[i] !== '\n') letters[i] = ' ';
  }
  return letters.join('').split('\n');
}

function longFunctions(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = (at: number) => source.getLineAndCharacterOfPosition(at).line;
      const length = line(node.getEnd()) - line(node.getStart()) + 1;
      // A factory that returns an object of functions is a list of functions, each counted itself.
      if (length > 70 && !isFactory(node)) {
        found.push(`${name(file)}:${line(node.getStart()) + 1}: ${length} lines`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isFactory(node: ts.Node): boolean {
  return ts.isFunctionDeclaration(node) && /^(create|define)[A-Z]/.test(node.name?.getText() ?? '');
}

function folders(path: string): string[] {
  try {
    return readdirSync(path).filter((each) => statSync(join(path, each)).isDirectory());
  } catch {
    return [];
  }
}

function walk(path: string): string[] {
  return readdirSync(path)
    .sort()
    .flatMap((each) => {
      const full = join(path, each);
      return statSync(full).isDirectory() ? walk(full) : [full];
    });
}

function name(file: string): string {
  return relative(root, file);
}
