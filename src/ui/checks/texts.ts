/** Words around the checks of a lab. */
export const checkTexts = {
  ko: {
    count: '확인 {all}개 중 {n}개 통과',
    waiting: '확인하는 중이에요.',
    now: '방금 확인했어요',
    ago: '{n}초 전에 확인했어요',
    minutes: '{n}분 전에 확인했어요',
    stale: '그 뒤로 클러스터가 바뀌었어요',
    pass: '통과',
    fail: '아직 안 됨',
    waits: '기다리는 중',
    none: '아직 확인하지 않음',
    hidden: '숨은 확인',
    hiddenLong: '보이지 않는 파드가 함께 물어요',
    expected: '예상',
    seen: '본 것',
    where: '어디서',
    why: '왜',
    follow: '이 패킷 따라가기',
    hint: '힌트 {n}/{all}',
    hintAbout: '{title}의 힌트 {n}/{all}',
    hintTitle: '힌트 {n}',
    answer: '정답과 이유',
    details: '자세히',
  },
  en: {
    count: '{n} of {all} checks pass',
    waiting: 'Checking.',
    now: 'checked just now',
    ago: 'checked {n} s ago',
    minutes: 'checked {n} min ago',
    stale: 'the cluster has changed since',
    pass: 'passes',
    fail: 'fails',
    waits: 'waits',
    none: 'not checked yet',
    hidden: 'hidden probes',
    hiddenLong: 'Pods that you cannot see ask as well',
    expected: 'Expected',
    seen: 'Seen',
    where: 'Where',
    why: 'Why',
    follow: 'Follow this packet',
    hint: 'Hint {n} of {all}',
    hintAbout: 'Hint {n} of {all} for: {title}',
    hintTitle: 'Hint {n}',
    answer: 'The answer, and why',
    details: 'details',
  },
} as const;

export type CheckWord = keyof (typeof checkTexts)['ko'];

/** A function that gives these words in one language, with `{slots}` filled in. */
export function checkStrings(language: 'ko' | 'en') {
  return (name: CheckWord, slots: Readonly<Record<string, string | number>> = {}): string =>
    checkTexts[language][name].replace(/\{(\w+)\}/g, (_all, slot: string) =>
      String(slots[slot] ?? ''),
    );
}
