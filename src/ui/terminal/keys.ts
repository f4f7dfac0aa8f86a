/** What the terminal's own key handling decides about a key press. */
export type KeyAct = 'terminal' | 'leave' | 'next-pane' | 'copy' | 'paste' | 'ignore';

/**
 * Who gets a key. Shift+Tab always leaves, F6 goes round the panes, so that nobody is caught;
 * Ctrl+C copies only while something is selected, else it interrupts.
 */
export function decideKey(event: KeyboardEvent, hasSelection: boolean): KeyAct {
  if (event.isComposing || event.keyCode === 229) return 'terminal';
  if (event.key === 'Tab' && event.shiftKey) return 'leave';
  if (event.key === 'F6') return 'next-pane';
  const control = event.ctrlKey && !event.altKey && !event.metaKey;
  const key = event.key.toLowerCase();
  if ((event.metaKey || (control && event.shiftKey)) && key === 'c') return 'copy';
  if (control && key === 'c' && hasSelection) return 'copy';
  if ((event.metaKey || control) && key === 'v') return 'paste';
  if (event.metaKey) return 'ignore';
  return 'terminal';
}

/** Two-set Korean letters by the key they lie on, to undo a command typed in the Korean layout. */
const jamo: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ', 'qwertyuiop'],
    ['ㅁㄴㅇㄹㅎㅗㅓㅏㅣ', 'asdfghjkl'],
    ['ㅋㅌㅊㅍㅠㅜㅡ', 'zxcvbnm'],
    ['ㅃㅉㄸㄲㅆㅒㅖ', 'QWERTOP'],
  ].flatMap(([from, to]) => [...from!].map((letter, index) => [letter, to![index]!] as const)),
);
const initials = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const vowels = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(
  ' ',
);
const finals =
  ' ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(
    ' ',
  );

/** The keys that Hangul text was typed with, or undefined if it holds none. */
export function untypeHangul(text: string): string | undefined {
  if (!/[\u3131-\u3163\uac00-\ud7a3]/.test(text)) return undefined;
  const letters = [...text].flatMap((letter) => {
    const code = letter.codePointAt(0)! - 0xac00;
    if (code < 0 || code > 11_171) return [letter];
    const parts = [
      initials[Math.floor(code / 588)]!,
      vowels[Math.floor((code % 588) / 28)]!,
      finals[code % 28]!,
    ];
    return [...parts.join('')];
  });
  return letters.map((letter) => jamo[letter] ?? letter).join('');
}
