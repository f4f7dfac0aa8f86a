/**
 * Korean particles follow the sound of the word before them. Names and numbers are read aloud the
 * way Korean engineers read them; what letters do not tell is listed.
 */
const pairs = {
  은: ['은', '는'],
  이: ['이', '가'],
  을: ['을', '를'],
  과: ['과', '와'],
  으로: ['으로', '로'],
  이에요: ['이에요', '예요'],
  이라는: ['이라는', '라는'],
} as const;

export type Particle = keyof typeof pairs;

/** Words whose reading their last letter does not tell: `service` is 서비스, `pod` is 파드. */
const readings: Readonly<Record<string, string>> = {
  pod: '파드',
  node: '노드',
  web: '웹',
  app: '앱',
  db: '디비',
  dns: '디엔에스',
  client: '클라이언트',
  table: '테이블',
  label: '레이블',
  iptables: '아이피테이블스',
};

/** Korean names of digits and of letters when they are spelled out. */
const digits = ['영', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'];

/** Whether a word ends in a consonant when read, and whether that is ㄹ. */
function ending(word: string): { readonly closed: boolean; readonly liquid: boolean } {
  const bare = word.replace(/[`'"’”)\]]+$/, '');
  const known = readings[/[A-Za-z]+$/.exec(bare)?.[0].toLowerCase() ?? ''];
  const last = (known ?? bare).at(-1) ?? '';
  const read = /\d/.test(last) ? (digits[Number(last)] as string) : last;
  const code = (read.codePointAt(read.length - 1) ?? 0) - 0xac00;
  if (code >= 0 && code < 11_172) return { closed: code % 28 !== 0, liquid: code % 28 === 8 };
  // English words: final l, m, n, ng and r-less stops after a short vowel are read with a coda.
  const liquid = /[lL]e?$/.test(bare);
  return { closed: liquid || /(?:[mnMN]|ng|[aeiou][bckpg])$/.test(bare), liquid };
}

/** The word with the form of the particle that fits it: `withParticle('web', '을')` is `web을`. */
export function withParticle(word: string, particle: Particle): string {
  const { closed, liquid } = ending(word);
  const [afterConsonant, afterVowel] = pairs[particle];
  const consonant = particle === '으로' ? closed && !liquid : closed;
  return word + (consonant ? afterConsonant : afterVowel);
}
