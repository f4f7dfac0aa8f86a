import { html, nothing, type TemplateResult } from 'lit';

/** A closer look as its head sees it. */
interface Headed extends HTMLElement {
  asText: boolean;
  readonly closable: boolean;
}

/** Asks the page to put a closer look away. */
export function askToClose(lens: HTMLElement): void {
  lens.dispatchEvent(new CustomEvent('pw-close', { bubbles: true }));
}

/** The buttons at the head of a closer look: as text or as a picture, and away with it. */
export function headTools(lens: Headed, t: (key: 'text' | 'close') => string): TemplateResult {
  return html`<span class="tools">
    <button
      type="button"
      class="button small"
      aria-pressed=${lens.asText}
      @click=${() => (lens.asText = !lens.asText)}
    >
      ${t('text')}
    </button>
    ${
      lens.closable
        ? html`<button type="button" class="button small" @click=${() => askToClose(lens)}>
            ${t('close')} <kbd>Esc</kbd>
          </button>`
        : nothing
    }
  </span>`;
}
