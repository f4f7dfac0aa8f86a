import type { LabView } from '../../session/protocol.ts';
import type { Bench } from './run-lab.ts';
import { labStrings } from './texts.ts';

/** The step bar as a way, and the text of the step that is looked at: the present one by itself. */
export function wireSteps({ root, lab, actor }: Bench): void {
  const t = labStrings(lab.language);
  const bar = root.querySelector<HTMLElement>('.lab-steps')!;
  const slot = root.querySelector<HTMLElement>('[data-slot="step"]')!;
  const now = root.querySelector<HTMLElement>('[data-slot="now"]')!;
  const title = (index: number) => lab.steps[index]!.title.replace(/<[^>]+>/g, '');
  let view: LabView | undefined;
  let looked = 0;
  const buttons = lab.steps.map((_step, index) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => look(index));
    item.append(button);
    bar.append(item);
    return button;
  });
  const look = (index: number) => {
    looked = index;
    const { title: heading, text } = lab.steps[index]!;
    slot.innerHTML = `<h2>${heading}</h2>${text}`;
    draw();
  };
  const draw = () => {
    buttons.forEach((button, index) => {
      const passed = view?.steps[index]?.passed === true;
      const item = button.parentElement!;
      item.dataset['passed'] = String(passed);
      item.dataset['here'] = String(view?.step === lab.steps[index]!.slug);
      button.setAttribute('aria-current', index === looked ? 'step' : 'false');
      const name = t('stepOf', { n: index + 1, title: title(index) });
      button.setAttribute('aria-label', passed ? `${name} (${t('stepPassed')})` : name);
      button.title = name;
    });
  };
  const goTo = (slug: string) => {
    const index = Math.max(
      0,
      lab.steps.findIndex((step) => step.slug === slug),
    );
    now.innerHTML = `<b>${t('step', { n: index + 1 })}</b> ${lab.steps[index]!.title}`;
    look(index);
  };
  goTo(lab.steps[0]!.slug);
  actor.subscribe(({ context }) => {
    if (!context.view || context.view === view) return;
    const moved = context.view.step !== view?.step;
    view = context.view;
    if (moved) goTo(view.step);
    else draw();
  });
}
