/** Versions of the specification that plugins take, oldest first. */
export const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

/**
 * Compares two versions: below 0, 0, above 0. What is no version comes back as libcni's words for
 * it (`version.ParseVersion`). The empty one stands for 0.1.0.
 */
export function compareVersions(a: string, b: string): number | string {
  const [first, second] = [parse(a), parse(b)];
  if (typeof first === 'string') return first;
  if (typeof second === 'string') return second;
  for (const at of [0, 1, 2]) {
    const difference = (first[at] ?? 0) - (second[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a version comes before another one; what is none does not. */
export function before(version: string, other: string): boolean {
  const order = compareVersions(version, other);
  return typeof order === 'number' && order < 0;
}

function parse(text: string): readonly number[] | string {
  if (text === '') return [0, 1, 0];
  const parts = text.split('.');
  if (parts.length >= 4) return `invalid version "${text}": too many parts`;
  const names = ['major', 'minor', 'micro'];
  for (const [index, part] of parts.entries()) {
    if (/^[-+]?\d+$/.test(part)) continue;
    const why = `strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`;
    return `failed to convert ${names[index]} version part "${part}": ${why}`;
  }
  return parts.map(Number);
}
