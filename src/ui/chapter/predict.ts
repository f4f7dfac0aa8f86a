let wired = false;

/** Wires the questions of a page. The first choice is kept with the reader's progress. */
export function startPredictions(): void {
  if (wired) return;
  wired = true;
  for (const block of document.querySelectorAll<HTMLElement>('[data-predict]')) {
    const options = [...block.querySelectorAll<HTMLButtonElement>('[data-option]')];
    for (const option of options) {
      option.addEventListener('click', () => {
        const first = options.every((each) => each.dataset['state'] === undefined);
        choose(block, options, option);
        if (first) void keep(block, option);
      });
    }
    void restore(block, options);
  }
}

function choose(
  block: HTMLElement,
  options: readonly HTMLButtonElement[],
  option: HTMLButtonElement,
): void {
  for (const each of options) {
    delete each.dataset['state'];
    each.setAttribute('aria-pressed', 'false');
  }
  option.dataset['state'] = 'right' in option.dataset ? 'right' : 'wrong';
  option.setAttribute('aria-pressed', 'true');
  // The text was written by the chapter's author and made safe when the page was built.
  block.querySelector('.feedback')!.innerHTML = option.dataset['feedback'] ?? '';
}

async function keep(block: HTMLElement, option: HTMLButtonElement): Promise<void> {
  const { updateChapter } = await import('../../course/progress/store.ts');
  const id = block.dataset['predict'] ?? '';
  const chosen = option.dataset['option'] ?? '';
  await updateChapter(block.dataset['chapter'] ?? '', (chapter) => ({
    ...chapter,
    opened: true,
    predictions: {
      ...chapter.predictions,
      [id]: { chosen, right: 'right' in option.dataset },
    },
  }));
}

async function restore(block: HTMLElement, options: readonly HTMLButtonElement[]): Promise<void> {
  // Only a browser that has been here before has something to restore.
  const known = await indexedDB.databases?.().catch(() => []);
  if (known && !known.some(({ name }) => name === 'podways')) return;
  const { loadProgress } = await import('../../course/progress/store.ts');
  const { chapters } = await loadProgress();
  const kept = chapters[block.dataset['chapter'] ?? '']?.predictions;
  const chosen = kept?.[block.dataset['predict'] ?? '']?.chosen;
  const option = options.find((each) => each.dataset['option'] === chosen);
  if (option) choose(block, options, option);
}
