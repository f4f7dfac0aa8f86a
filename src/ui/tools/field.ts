import { html, nothing } from 'lit';

/** A labelled input. `hint` stands under it. */
export function field(
  name: string,
  value: string,
  set: (value: string) => void,
  more: { readonly number?: boolean; readonly hint?: string; readonly key?: string } = {},
) {
  return html`<label class="field">
    <span>${name}</span>
    <input
      name=${more.key ?? nothing}
      inputmode=${more.number ? 'numeric' : 'text'}
      autocapitalize="off"
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
    />
    ${more.hint ? html`<small>${more.hint}</small>` : nothing}
  </label>`;
}

/** A labelled choice. */
export function select(
  name: string,
  values: readonly (readonly [value: string, text: string])[],
  chosen: string,
  set: (value: string) => void,
  key?: string,
) {
  return html`<label class="field">
    <span>${name}</span>
    <select
      name=${key ?? nothing}
      @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}
    >
      ${values.map(
        ([value, text]) =>
          html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
      )}
    </select>
  </label>`;
}

/** A box to tick. */
export function tick(name: string, on: boolean, set: (on: boolean) => void, key?: string) {
  return html`<label class="tick">
    <input
      type="checkbox"
      name=${key ?? nothing}
      .checked=${on}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    />
    <span>${name}</span>
  </label>`;
}

/** A heading within a calculator: below the page's own title, or below those of a chapter. */
export function heading(text: string) {
  const level = document.querySelector('main h2') ? 3 : 2;
  return html`<p class="part" role="heading" aria-level=${level}>${text}</p>`;
}
