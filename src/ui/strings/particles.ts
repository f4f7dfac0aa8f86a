/**
 * Korean particles that follow the sound of the word before them: 은/는, 이/가, 을/를, 과/와, 으로/로.
 * Latin letters and digits are read by their Korean names; a word that is known to be read
 * otherwise is listed.
 */
const pairs = {
  은: ['은', '는'],
  이: ['이', '가'],
  을: ['을', '를'],
  과: ['과', '와'],
  으로: ['으로', '로'],
} as const;

/** Last letters of English words whose usual Korean reading ends in a consonant. */
const closing = /(?:[lmnLMNR]|ng|ck|[bcdgkpt](?<=[aeiou][bcdgkpt]))$/;
/** Digits read with a final consonant: 영 일 삼 육 칠 팔. */
const closingDigit = /[013678]$/;
/** Of those, read with ㄹ at the end, which takes 로. */
const liquid = /(?:[178]|[lL]|le)$/;

/** Whether the word ends in a consonant when read aloud, and whether that is ㄹ. */
function ending(word: string): { closed: boolean; liquid: boolean } {
  const last = word.codePointAt(word.length - 1) ?? 0;
  if (last >= 0xac00 && last <= 0xd7a3) {
    const final = (last - 0xac00) % 28;
    return { closed: final !== 0, liquid: final === 8 };
  }
  if (/\d$/.test(word)) return { closed: closingDigit.test(word), liquid: /[178]$/.test(word) };
  return { closed: closing.test(word), liquid: liquid.test(word) };
}

/** The word with the right form of a particle: `withParticle('web', '을')` is `web을`. */
export function withParticle(word: string, particle: keyof typeof pairs): string {
  const { closed, liquid: isLiquid } = ending(word);
  const [afterConsonant, afterVowel] = pairs[particle];
  if (particle === '으로') return word + (closed && !isLiquid ? afterConsonant : afterVowel);
  return word + (closed ? afterConsonant : afterVowel);
}
