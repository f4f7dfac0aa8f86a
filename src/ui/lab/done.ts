import { glyphSvg } from '../glyph/glyphs.ts';
import type { LabPage, Link } from './data.ts';
import { escapeHtml } from './markdown.ts';
import type { Bench } from './run-lab.ts';
import { keepSeed, seedOfDay, varies } from './seed.ts';
import { labStrings, type LabWord } from './texts.ts';

/** When all checks pass: what was learnt, and where to go next. A reset takes it away again. */
export function showDone({ root, lab, actor, keep }: Bench, passed: boolean): void {
  const slot = root.querySelector<HTMLElement>('[data-slot="done"]')!;
  if (passed === !slot.hidden) return;
  slot.hidden = !passed;
  root.toggleAttribute('data-done', passed);
  if (!passed) return void (slot.innerHTML = '');
  const t = labStrings(lab.language);
  const hints = Object.values(actor.getSnapshot().context.hints).reduce((a, b) => a + b, 0);
  const minutes = Math.max(1, Math.round(keep.seconds() / 60));
  const link = (word: LabWord, { href, title }: Link, first = false) =>
    `<a class="button${first ? ' first' : ''}" href="${href}">` +
    `${escapeHtml(t(word, { title }))}</a>`;
  const chapterOpen = root.querySelector(`.lab-place a[href="${lab.chapter.href}"]`) !== null;
  const ways = [
    ...(lab.next ? [link('nextLab', lab.next, true)] : []),
    ...(chapterOpen ? [link('toChapter', lab.chapter, !lab.next)] : []),
    link('toLabs', { href: lab.labs, title: '' }),
  ];
  const clocked = localStorage.getItem('podways-clock') !== 'off';
  const par = lab.timed && clocked ? ` ${t('donePar', { n: lab.minutes })}` : '';
  const time = `${t('doneTime', { n: minutes, hints })}${par}`;
  slot.innerHTML =
    `<h2>${glyphSvg('delivered', 24)} ${t('done')}</h2>` +
    `<p class="caption">${time}</p>${lab.done}` +
    `<p>${t('goOn')}</p><p class="lab-next">${ways.join('')}</p>`;
  if (varies(lab)) offerAnother(slot, lab);
}

/** The lab once more, with what it draws for the day, or for the next seed after today's. */
function offerAnother(slot: HTMLElement, lab: LabPage): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button';
  button.dataset['act'] = 'again';
  button.textContent = labStrings(lab.language)('again');
  button.addEventListener('click', () => {
    const today = seedOfDay(new Date());
    keepSeed(lab, lab.seed >= today ? lab.seed + 1 : today);
    location.reload();
  });
  slot.querySelector('.lab-next')?.prepend(button);
}
