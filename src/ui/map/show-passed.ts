import { loadProgress } from '../../course/progress/store.ts';
import { glyphSvg } from '../glyph/glyphs.ts';

/**
 * Marks the labs of a list (`[data-lab]`) that were passed in this browser: a glyph, and the word
 * that the row holds in `data-word`.
 */
export async function showPassed(): Promise<void> {
  const { labs } = await loadProgress();
  for (const row of document.querySelectorAll<HTMLElement>('[data-lab]')) {
    const slot = row.querySelector<HTMLElement>('[data-word]');
    if (!slot || !labs[row.dataset['lab'] ?? '']?.passed) continue;
    row.dataset['passed'] = 'true';
    slot.hidden = false;
    slot.innerHTML = `${glyphSvg('delivered', 18)} ${slot.dataset['word'] ?? ''}`;
  }
}
