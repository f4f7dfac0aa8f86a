/** The closer looks at a cluster: each is loaded when it is first opened. */
export const lensNames = ['trace', 'chains', 'matrix'] as const;
export type LensName = (typeof lensNames)[number];

/** Their names on the page. */
export const lensTexts = {
  ko: {
    trace: '패킷 따라가기',
    chains: '체인 따라 걷기',
    matrix: '누가 누구에게',
    label: '자세히 보기',
  },
  en: {
    trace: 'Follow a packet',
    chains: 'Chain walk',
    matrix: 'Who reaches whom',
    label: 'A closer look',
  },
} as const;
