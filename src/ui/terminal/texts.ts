/** The few words around a terminal. */
export const terminalTexts = {
  ko: {
    label: '터미널',
    line: '명령 한 줄',
    run: '실행',
    keys: '터미널 글쇠',
    complete: '자동 완성',
    leave: '터미널 나가기',
    pane: '다음 칸',
    hangul: '한글 자판이 켜져 있어요. 이 명령을 쓸까요?',
  },
  en: {
    label: 'Terminal',
    line: 'Command line',
    run: 'Run',
    keys: 'Terminal keys',
    complete: 'complete',
    leave: 'leave the terminal',
    pane: 'next pane',
    hangul: 'The Korean layout is on. Did you mean this?',
  },
} as const;
