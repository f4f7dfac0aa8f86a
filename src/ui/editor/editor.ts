import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  HighlightStyle,
  bracketMatching,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { parseAllDocuments } from 'yaml';

/** A text editor in the page. */
export interface Editor {
  text(): string;
  /** Replaces the whole text and forgets what could be undone. */
  open(text: string, path: string): void;
  focus(): void;
  destroy(): void;
}

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--term-ink)', backgroundColor: 'var(--term)' },
  '&.cm-focused': { outline: 'none', boxShadow: 'inset 0 0 0 2px var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', fontSize: '15px', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--term-ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--term-ink)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    color: 'var(--ink-3)',
    backgroundColor: 'var(--term)',
    borderRight: '1px solid var(--rule)',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'var(--term-sel) !important',
  },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--sheet)',
    border: '1px solid var(--edge)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--marker)', color: 'inherit' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--ansi-blue)' },
  { tag: tags.string, color: 'var(--ansi-green)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--ansi-magenta)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
  { tag: [tags.meta, tags.separator], color: 'var(--ansi-cyan)' },
]);

/** What is no YAML, at its place; the words are the YAML library's. */
const yamlLinter = linter((view): Diagnostic[] => {
  const text = view.state.doc.toString();
  const documents = parseAllDocuments(text);
  if ('empty' in documents) return [];
  return documents
    .flatMap(({ errors }) => errors)
    .map(({ pos: [from, to], message }) => ({
      from: Math.min(from, text.length),
      to: Math.min(Math.max(to, from + 1), text.length),
      severity: 'error' as const,
      message: message.split('\n')[0] ?? '',
    }));
});

/** An editor in an element. Tab is left to the page, so that nobody is caught in it. */
export function createEditor(parent: HTMLElement, on: { change(): void; save(): void }): Editor {
  const save = { key: 'Mod-s', preventDefault: true, run: () => (on.save(), true) };
  let label = '';
  const state = (text: string, path: string) =>
    EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        EditorState.tabSize.of(2),
        keymap.of([save, ...defaultKeymap, ...historyKeymap]),
        ...(/\.ya?ml$/.test(path) ? [yaml(), yamlLinter, lintGutter()] : []),
        syntaxHighlighting(colours),
        look,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) on.change();
        }),
      ],
    });
  const view = new EditorView({ parent, state: state('', '') });
  return {
    text: () => view.state.doc.toString(),
    open(text, path) {
      label = path;
      view.setState(state(text, path));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
