import reasons from './reasons.json';
import type { SuiteResult } from './run.ts';

/** Why cases fail that are known to: an expression for `suite: id`, and the reason in words. */
interface Known {
  readonly cases: string;
  readonly reason: string;
}

const known = (reasons as readonly Known[]).map(({ cases, reason }) => ({
  matches: new RegExp(`^${cases}`),
  reason,
}));
const UNKNOWN = {
  fail: 'What we print or do differs; the cause is not found yet.',
  unsupported: 'Not measured: no adapter builds this situation yet.',
};

/** The page that says what fails and why, as Markdown: one table, then a list for each suite. */
export function report(suites: Readonly<Record<string, SuiteResult>>): string {
  const names = Object.keys(suites).sort();
  const lines = [
    '# Conformance',
    '',
    'Written by `npm run conformance`. Recordings of real tools and cases of upstream test suites,',
    'run against the emulator; every case that does not pass is listed with its reason.',
    '',
    '| suite | cases | pass | fail | not measured | % |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const name of names) {
    const { total, pass, fail, unsupported } = suites[name] as SuiteResult;
    const share = ((100 * pass) / total).toFixed(1);
    lines.push(
      `| ${name} | ${total} | ${pass} | ${fail.length} | ${unsupported.length} | ${share} |`,
    );
  }
  for (const name of names) lines.push(...failing(name, suites[name] as SuiteResult));
  return `${lines.join('\n')}\n`;
}

/** The failing cases of a suite, by reason; most cases first. */
function failing(suite: string, { fail, unsupported }: SuiteResult): string[] {
  const byReason = new Map<string, string[]>();
  const note = (id: string, otherwise: string) => {
    const reason = known.find(({ matches }) => matches.test(`${suite}: ${id}`))?.reason;
    const ids = byReason.get(reason ?? otherwise) ?? [];
    ids.push(id);
    byReason.set(reason ?? otherwise, ids);
  };
  for (const id of fail) note(id, UNKNOWN.fail);
  for (const id of unsupported) note(id, UNKNOWN.unsupported);
  if (byReason.size === 0) return [];
  const lines = ['', `## ${suite}`];
  const sorted = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  for (const [reason, ids] of sorted) {
    lines.push('', `### ${reason} (${ids.length})`, '', ...byFile(ids));
  }
  return lines;
}

/** Ids of one file share a line; what follows the file's name tells them apart. */
function byFile(ids: readonly string[]): string[] {
  const files = new Map<string, string[]>();
  for (const id of ids) {
    const [, file = '', rest = id] = /^([^/]+)\/(.+)$/.exec(id) ?? [];
    files.set(file, [...(files.get(file) ?? []), `\`${rest}\``]);
  }
  return [...files].map(([file, rest]) => `- ${file && `${file}: `}${rest.join(', ')}`);
}
