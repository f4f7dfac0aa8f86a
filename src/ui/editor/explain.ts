import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import type { FieldsAnswer } from '../../session/protocol.ts';
import type { Asker } from './ask.ts';
import { placeAt } from './place.ts';

/** What a field means: under the pointer, and at the cursor by F1. Escape puts it away. */
export function fieldHelp(ask: Asker): Extension {
  const hover = hoverTooltip(async (view, pos) => tooltipAt(ask, view, pos));
  const set = StateEffect.define<Tooltip | null>();
  const shown = StateField.define<Tooltip | null>({
    create: () => null,
    update(now, transaction) {
      for (const effect of transaction.effects) if (effect.is(set)) return effect.value;
      return transaction.docChanged || transaction.selection ? null : now;
    },
    provide: (field) => showTooltip.from(field),
  });
  const keys = keymap.of([
    {
      key: 'F1',
      run(view) {
        void tooltipAt(ask, view, view.state.selection.main.head).then((found) => {
          const said = found ? EditorView.announce.of(found.text) : undefined;
          view.dispatch({ effects: [set.of(found), ...(said ? [said] : [])] });
        });
        return true;
      },
    },
    {
      key: 'Escape',
      run(view) {
        if (!view.state.field(shown)) return false;
        view.dispatch({ effects: set.of(null) });
        return true;
      },
    },
  ]);
  return [hover, shown, keys];
}

async function tooltipAt(ask: Asker, { state }: EditorView, pos: number) {
  const line = state.doc.lineAt(pos);
  const key = /^\s*(?:- +)*["']?([\w./-]+)["']?:/.exec(line.text);
  if (!key) return null;
  const from = line.from + key[0].indexOf(key[1] as string);
  const place = placeAt(state.doc.toString(), Math.min(from + 1, line.to));
  const field = await ask.fields(place, [...place.path, key[1] as string]);
  if (!field) return null;
  const text = `${key[1]} <${field.type}>. ${field.description}`;
  const end = from + (key[1] as string).length;
  return { pos: from, end, above: true, text, create: () => ({ dom: help(key[1]!, field) }) };
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
