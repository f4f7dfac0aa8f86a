/** Words about the course as a whole: it is there without a network, or a newer one is. */
export const offlineTexts = {
  ko: {
    newer: '새 판이 나왔어요. 새로 고쳐도 하던 곳부터 이어져요.',
    reload: '새로 고침',
    later: '나중에',
  },
  en: {
    newer: 'A new version is here. Reload, and you go on where you were.',
    reload: 'Reload',
    later: 'Later',
  },
} as const;
