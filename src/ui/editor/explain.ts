import type { Extension } from '@codemirror/state';
import { hoverTooltip, keymap, type EditorView } from '@codemirror/view';
import type { FieldsAnswer } from '../../session/protocol.ts';
import type { Asker } from './ask.ts';
import { manifest } from './manifest.ts';
import { showNote, type Note } from './note.ts';
import { placeAt } from './place.ts';

/** What a field means: under the pointer, and at the cursor by F1. Escape puts it away. */
export function fieldHelp(ask: Asker): Extension {
  const hover = hoverTooltip(async (view, pos) => {
    const note = await noteAt(ask, view, pos);
    return note && { pos: note.at, above: true, create: () => ({ dom: note.draw() }) };
  });
  const keys = keymap.of([
    {
      key: 'F1',
      run(view) {
        const { head } = view.state.selection.main;
        void noteAt(ask, view, head).then((note) => showNote(view, note));
        return true;
      },
    },
  ]);
  return [hover, keys];
}

async function noteAt(ask: Asker, { state }: EditorView, pos: number): Promise<Note | null> {
  if (!state.facet(manifest)) return null;
  const line = state.doc.lineAt(pos);
  const key = /^\s*(?:- +)*["']?([\w./-]+)["']?:/.exec(line.text);
  if (!key) return null;
  const from = line.from + key[0].indexOf(key[1] as string);
  const place = placeAt(state.doc.toString(), Math.min(from + 1, line.to));
  const field = await ask.fields(place, [...place.path, key[1] as string]);
  if (!field) return null;
  const text = `${key[1]} <${field.type}>. ${field.description}`;
  return { at: from, text, draw: () => help(key[1]!, field) };
}

function help(name: string, { type, required, description, values }: FieldsAnswer): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'field-help';
  const head = document.createElement('p');
  const strong = document.createElement('b');
  strong.textContent = name;
  head.append(strong, ` <${type}>${required ? ' -required-' : ''}`);
  const body = document.createElement('p');
  body.lang = 'en';
  body.textContent = description;
  dom.append(head, body);
  if (values.length > 0) {
    const all = document.createElement('p');
    all.textContent = values.join(', ');
    dom.append(all);
  }
  return dom;
}
