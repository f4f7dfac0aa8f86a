import type { CalculatorName } from './names.ts';

const loaders: Record<CalculatorName, () => Promise<unknown>> = {
  cidr: () => import('./cidr.ts'),
  mtu: () => import('./mtu.ts'),
  anatomy: () => import('./anatomy.ts'),
};

/** How far below the window a calculator is when its code is fetched. */
const NEAR = '400px';

/** Loads the code of each calculator on the page when it comes near the window. */
export function loadTools(): void {
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        const name = (target as HTMLElement).dataset['tool'] as CalculatorName;
        void loaders[name]();
      }
    },
    { rootMargin: NEAR },
  );
  for (const each of document.querySelectorAll('[data-tool]')) watch.observe(each);
}
