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
    names: { '↑': '앞 명령', '↓': '다음 명령', '^C': '중단' } as Record<string, string>,
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
    names: { '↑': 'Previous command', '↓': 'Next command', '^C': 'Interrupt' } as Record<
      string,
      string
    >,
    hangul: 'The Korean layout is on. Did you mean this?',
  },
} as const;

/** Words around the desk: terminals, files, transcript. */
export const deskTexts = {
  ko: {
    desk: '터미널과 파일',
    more: '터미널 더 열기',
    shut: '{name} 닫기',
    trace: '마지막 명령 따라가기',
    files: '파일',
    transcript: '기록',
    none: '아직 실행한 명령이 없어요.',
    exit: '종료 코드 {n}',
    running: '실행 중',
    copy: '복사',
  },
  en: {
    desk: 'Terminals and files',
    more: 'Open another terminal',
    shut: 'Close {name}',
    trace: 'Trace the last command',
    files: 'Files',
    transcript: 'Transcript',
    none: 'No command has been run yet.',
    exit: 'exit code {n}',
    running: 'running',
    copy: 'Copy',
  },
} as const;
