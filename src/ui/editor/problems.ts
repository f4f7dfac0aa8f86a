import {
  forEachDiagnostic,
  lintGutter,
  lintKeymap,
  linter,
  nextDiagnostic,
  type Diagnostic,
} from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { isNode, parseAllDocuments, type Document } from 'yaml';
import type { Asker } from './ask.ts';
import { manifest } from './manifest.ts';

/** Milliseconds after the last key before the API server is asked. */
const QUIET_MILLIS = 700;
/** How often a server that is in the midst of something is asked again. */
const TRIES = 5;

/**
 * What is wrong with a text, at its place: what is no YAML in the words of the YAML library, else
 * what the API server says to it. F8 goes to the next, Ctrl-Shift-M lists them.
 */
export function yamlProblems(ask: Asker | undefined): Extension {
  const source = async (view: EditorView) => {
    if (!view.state.facet(manifest)) return [];
    const text = view.state.doc.toString();
    const parsed = parseAllDocuments(text);
    const documents = 'empty' in parsed ? [] : parsed;
    const faults = syntaxFaults(text, documents);
    if (faults.length > 0 || !ask || documents.length === 0) return faults;
    return refusals(ask, text, documents);
  };
  return [
    linter(source, { delay: QUIET_MILLIS }),
    lintGutter(),
    keymap.of([{ key: 'F8', run: next }, ...lintKeymap]),
  ];
}

/** Goes to the next fault, whose words are drawn there, and says them to a screen reader. */
function next(view: EditorView): boolean {
  if (!nextDiagnostic(view)) return false;
  const { from } = view.state.selection.main;
  const said: string[] = [];
  forEachDiagnostic(view.state, ({ message }, at) => void (at === from && said.push(message)));
  view.dispatch({ effects: EditorView.announce.of(said.join('\n')) });
  return true;
}

function syntaxFaults(text: string, documents: readonly Document[]): Diagnostic[] {
  return documents
    .flatMap(({ errors }) => errors)
    .map(({ pos: [from, to], message }) => ({
      from: Math.min(from, text.length),
      to: Math.min(Math.max(to, from + 1), text.length),
      severity: 'error' as const,
      message: message.split('\n')[0] ?? '',
    }));
}

async function refusals(
  ask: Asker,
  text: string,
  documents: readonly Document[],
): Promise<Diagnostic[]> {
  let answer = await ask.dryRun(text);
  for (let left = TRIES; answer.busy && left > 0; left--) {
    await new Promise((done) => setTimeout(done, 150));
    answer = await ask.dryRun(text);
  }
  const filled = pieces(text);
  return answer.refusals.flatMap(({ document, text: said, warning }) => {
    const piece = filled[document] ?? { from: 0, to: text.length };
    const inside = documents.find(({ range }) => range && range[1] > piece.from);
    return sentences(said).map((message): Diagnostic => {
      const [from, to] = rangeOf(inside, message) ?? firstLine(text, piece);
      const severity = warning || message.startsWith('Warning:') ? 'warning' : 'error';
      return { from, to: Math.min(to, text.length), severity, message, source: 'kube-apiserver' };
    });
  });
}

/** Documents of a text, as the session cuts it. */
function pieces(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  for (const cut of text.matchAll(/^---.*$/gm)) {
    found.push({ from, to: cut.index });
    from = cut.index + cut[0].length;
  }
  return [...found, { from, to: text.length }];
}

/** One message for each field that is refused: kubectl lists several under `* `. */
function sentences(said: string): string[] {
  const lines = said.split('\n');
  const listed = lines.filter((line) => line.startsWith('* '));
  if (listed.length > 0) return listed.map((line) => line.slice(2));
  return lines.filter((line) => line.trim() !== '');
}

/** Where the field that a message names stands; undefined where it names none that is there. */
function rangeOf(document: Document | undefined, message: string): [number, number] | undefined {
  const named =
    /unknown field "([^"]+)"/.exec(message)?.[1] ??
    /(?:^|[: ])([a-z]\w*(?:\.[\w-]+|\[[^\]]+\])+|metadata|spec)(?=: )/.exec(message)?.[1];
  if (!document || named === undefined) return undefined;
  const path = [...named.matchAll(/[^.[\]]+/g)].map(([word]) =>
    /^\d+$/.test(word) ? Number(word) : word,
  );
  // What is required and missing has no place of its own: its holder has.
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return [node.range[0], node.range[1]];
  }
  return undefined;
}

function firstLine(text: string, { from, to }: { from: number; to: number }): [number, number] {
  const start = from + (/^\s*/.exec(text.slice(from, to))?.[0].length ?? 0);
  const end = text.indexOf('\n', start);
  return [Math.min(start, text.length), end < 0 ? text.length : end];
}
