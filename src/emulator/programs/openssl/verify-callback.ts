import type { Call, Sys } from '../../host/syscalls.ts';
import { printName } from '../../x509/names.ts';
import { verifyTexts, type Verdict } from '../../x509/verify.ts';
import { dateText } from './names.ts';

/**
 * Tells of each step of a verification as the commands' callback does (verify_callback of s_cb.c).
 * Gives the result, which is the last thing that was wrong; where strict, the first one ends it.
 */
export function* tellSteps(
  sys: Sys,
  { chain, steps }: Verdict,
  { strict, quiet }: { readonly strict: boolean; readonly quiet: boolean },
): Call<number> {
  let result = 0;
  for (const { depth, code } of steps) {
    const at = chain[depth];
    if (!at) continue;
    const wrong = code !== 0;
    if (wrong) result = code;
    let text = quiet && !wrong ? '' : `depth=${depth} ${printName(at.subject)}\n`;
    if (wrong) text += `verify error:num=${code}:${verifyTexts[code] ?? ''}\n`;
    // An error stays what it was until there is another one.
    if (result === 2) text += `issuer= ${printName(at.issuer)}\n`;
    if (result === 9) text += `notBefore=${dateText(at.notBefore)}\n`;
    if (result === 10) text += `notAfter=${dateText(at.notAfter)}\n`;
    if (!quiet && !(strict && wrong)) text += 'verify return:1\n';
    yield* sys.write(2, text);
    if (strict && wrong) return result;
  }
  return result;
}
