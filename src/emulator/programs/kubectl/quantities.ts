import { formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import { failed } from './failure.ts';

/** Amounts in the form that Kubernetes keeps them: `1000m` is `1`. Throws for what is none. */
export function quantities(amounts: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, text] of Object.entries(amounts)) {
    const parsed = parseQuantity(text);
    if (!parsed) {
      throw failed(
        'quantities must match the regular expression ' +
          "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    }
    result[name] = formatQuantity(parsed);
  }
  return result;
}
