import { defaultKeymap, history, historyField, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  HighlightStyle,
  bracketMatching,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Asker } from './ask.ts';
import { schemaCompletion } from './complete.ts';
import { fieldHelp } from './explain.ts';
import { manifest } from './manifest.ts';
import { notes } from './note.ts';
import { yamlProblems } from './problems.ts';

/** A text editor in the page. */
export interface Editor {
  text(): string;
  /** Replaces the whole text and forgets what could be undone. */
  open(text: string, path: string): void;
  /** Text, selection and what can be undone, as JSON. */
  keep(): unknown;
  /** Opens a file as it was kept; false where that cannot be read. */
  takeUp(kept: unknown, path: string): boolean;
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
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '15em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '1.4' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--on-ink)',
    backgroundColor: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', marginLeft: '1.5em' },
  '.cm-completionMatchedText': { textDecorationThickness: '2px' },
  '.cm-completionInfo': {
    maxWidth: '26rem',
    font: '13px/1.5 var(--font-text)',
    padding: '8px 12px',
  },
  '.field-help': { maxWidth: '30rem', padding: '8px 12px', font: '14px/1.55 var(--font-text)' },
  '.field-help p': { margin: '0 0 4px' },
  '.field-help p:first-child': { fontFamily: 'var(--font-mono)' },
  '.cm-diagnostic': { font: '13px/1.5 var(--font-mono)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--stop)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--l7)' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--sheet)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--marker)', color: 'inherit' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--ansi-blue)' },
  { tag: tags.string, color: 'var(--ansi-green)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--ansi-magenta)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
  { tag: [tags.meta, tags.separator], color: 'var(--ansi-cyan)' },
]);

/** What an editor is wired to. */
export interface EditorParts {
  change(): void;
  save(): void;
  /** The cluster that tells of fields and of what it would refuse; without it, syntax alone. */
  readonly ask?: Asker;
  /** Words of the editor's own parts in the reader's language. */
  readonly phrases: Readonly<Record<string, string>>;
}

/** An editor in an element. Tab is left to the page, so that nobody is caught in it. */
export function createEditor(parent: HTMLElement, on: EditorParts): Editor {
  const save = { key: 'Mod-s', preventDefault: true, run: () => (on.save(), true) };
  let label = '';
  // Made once and in every file: what was asked, or waits for a timer, in one file may come back
  // in the next, whose state must know the same fields. Only `manifest` says whether it answers.
  const ask = on.ask ? [schemaCompletion(on.ask), fieldHelp(on.ask)] : [];
  const help = [notes, yamlProblems(on.ask), ...ask];
  const extensions = (path: string) => [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    EditorState.tabSize.of(2),
    keymap.of([save, ...defaultKeymap, ...historyKeymap]),
    ...(/\.ya?ml$/.test(path) ? [manifest.of(true), yaml()] : []),
    help,
    EditorState.phrases.of(on.phrases),
    syntaxHighlighting(colours),
    look,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) on.change();
    }),
  ];
  const state = (text: string, path: string) =>
    EditorState.create({ doc: text, extensions: extensions(path) });
  const view = new EditorView({ parent, state: state('', '') });
  return {
    text: () => view.state.doc.toString(),
    open(text, path) {
      label = path;
      view.setState(state(text, path));
    },
    keep: () => view.state.toJSON({ history: historyField }),
    takeUp(kept, path) {
      label = path;
      try {
        const parts = { extensions: extensions(path) };
        view.setState(EditorState.fromJSON(kept, parts, { history: historyField }));
        return true;
      } catch {
        return false;
      }
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
