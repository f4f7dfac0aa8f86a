import { readProgress } from '../../course/progress/migrations.ts';
import { loadProgress, saveProgress } from '../../course/progress/store.ts';

/** Wires the two buttons that carry progress to a file and back. */
export function wireProgress(): void {
  const section = document.querySelector<HTMLElement>('.progress');
  const status = document.querySelector<HTMLElement>('#progress-status');
  const input = document.querySelector<HTMLInputElement>('#progress-import');
  if (!section || !status || !input) return;
  document.querySelector('#progress-export')?.addEventListener('click', () => void exportFile());
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void importFile(file).then((good) => say(good ? 'imported' : 'bad'));
    input.value = '';
  });
  const say = (what: 'imported' | 'bad') => {
    status.textContent = section.dataset[what] ?? '';
  };
}

async function exportFile(): Promise<void> {
  const text = JSON.stringify(await loadProgress(), null, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'podways-progress.json';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function importFile(file: File): Promise<boolean> {
  try {
    const progress = readProgress(JSON.parse(await file.text()));
    if (!progress) return false;
    await saveProgress(progress);
    return true;
  } catch {
    return false;
  }
}
