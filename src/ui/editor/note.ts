import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { EditorView, keymap, showTooltip } from '@codemirror/view';

/** A note at a place of the text: what is drawn, and the same for a screen reader. */
export interface Note {
  readonly at: number;
  readonly text: string;
  draw(): HTMLElement;
}

const put = StateEffect.define<Note | null>();

const field = StateField.define<Note | null>({
  create: () => null,
  update(now, transaction) {
    for (const effect of transaction.effects) if (effect.is(put)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : now;
  },
  provide: (own) =>
    showTooltip.from(own, (note) =>
      note ? { pos: note.at, above: true, create: () => ({ dom: note.draw() }) } : null,
    ),
});

/** The one note that an editor shows; it goes with the next change or move, and by Escape. */
export const notes: Extension = [
  field,
  keymap.of([
    {
      key: 'Escape',
      run(view) {
        if (!view.state.field(field)) return false;
        view.dispatch({ effects: put.of(null) });
        return true;
      },
    },
  ]),
];

/** Shows a note and says it, or takes the present one away. */
export function showNote(view: EditorView, note: Note | null): void {
  const said = note ? [EditorView.announce.of(note.text)] : [];
  view.dispatch({ effects: [put.of(note), ...said] });
}
