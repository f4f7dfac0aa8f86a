import type { ITheme } from '@xterm/xterm';

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** The terminal's colours from the page's tokens, for the theme that is on. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const theme: Record<string, string> = {
    background: token('term'),
    foreground: token('term-ink'),
    cursor: token('term-ink'),
    cursorAccent: token('term'),
    selectionBackground: token('term-sel'),
  };
  for (const name of names) {
    theme[name] = token(`ansi-${name}`);
    theme[`bright${name[0]!.toUpperCase()}${name.slice(1)}`] = token(`ansi-bright-${name}`);
  }
  return theme;
}

/** Calls back when the page's theme changes; gives the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
