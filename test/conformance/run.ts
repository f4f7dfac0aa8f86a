// `npm run conformance`: measures the emulator against recorded and upstream cases.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findCaseFiles, readBeside, type CaseFile } from './cases.ts';
import { report } from './report.ts';

/** What one case came to. */
export interface CaseResult {
  readonly id: string;
  readonly outcome: 'pass' | 'fail' | 'unsupported';
  readonly detail?: string;
}

/** What an adapter may use besides the file. */
export interface AdapterContext {
  readonly path: string;
  /** JSON beside the file, for example `topologies/iptables.json`; undefined if it is not there. */
  beside(path: string): unknown;
}

interface Adapter {
  readonly handles: (path: string) => boolean;
  readonly run: (file: never, context: AdapterContext) => Iterable<CaseResult>;
}

/** What a suite came to: how many cases there are, and the ids of those that do not pass. */
export interface SuiteResult {
  total: number;
  pass: number;
  fail: string[];
  unsupported: string[];
}

const modules = import.meta.glob<Partial<Adapter>>('./*.ts', { eager: true });
const adapters = Object.keys(modules)
  .sort()
  .map((name) => modules[name] as Partial<Adapter>)
  .filter((module): module is Adapter => Boolean(module.handles && module.run));

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    suite: { type: 'string' },
    json: { type: 'boolean', default: false },
    floor: { type: 'string' },
    'raise-floor': { type: 'string' },
    details: { type: 'boolean', default: false },
    report: { type: 'string', default: 'docs/conformance.md' },
  },
});
process.exitCode = main();

function main(): number {
  const data = resolve(values.data ?? '../shared');
  if (!existsSync(data)) {
    console.error(`There is no folder ${data}: NO CASE WAS RUN. Name one with --data DIR.`);
    return values.data === undefined ? 0 : 1;
  }
  const suites: Record<string, SuiteResult> = {};
  for (const file of findCaseFiles(data)) {
    if (values.suite && file.suite !== values.suite) continue;
    const suite = (suites[file.suite] ??= { total: 0, pass: 0, fail: [], unsupported: [] });
    if (!values.json && process.stderr.isTTY) process.stderr.write(`\r\x1b[K${file.path}`);
    measure(file, suite);
  }
  if (!values.json && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (values.suite && !suites[values.suite]) {
    console.error(`There is no suite ${values.suite} in ${data}.`);
    return 1;
  }
  if (values.json) console.log(JSON.stringify({ suites }));
  else console.log(table(suites));
  // A part of the suites, or figures for a program, leave the list of what fails as it was.
  if (!values.suite && !values.json) writeFileSync(values.report, report(suites));
  if (values['raise-floor']) raise(values['raise-floor'], suites);
  return values.floor ? compare(values.floor, suites) : 0;
}

/** Runs the adapter of a file; what it leaves out is "not supported", what it breaks on fails. */
function measure(file: CaseFile, suite: SuiteResult): void {
  suite.total += file.ids.length;
  const adapter = adapters.find((each) => each.handles(file.path));
  const results = new Map<string, CaseResult['outcome']>();
  if (adapter) {
    const positional = !Array.isArray(file.content) && !('cases' in (file.content as object));
    let position = 0;
    try {
      const context = { path: file.path, beside: (path: string) => readBeside(file.folder, path) };
      for (const result of adapter.run(file.content as never, context)) {
        const id = positional
          ? file.ids[position++]
          : file.ids.find((each) => each === result.id || each.endsWith(`/${result.id}`));
        if (id === undefined) continue;
        results.set(id, result.outcome);
        if (values.details && result.outcome === 'fail') {
          console.log(`✗ ${id}\n${result.detail ?? ''}`);
        }
      }
    } catch (error) {
      console.error(`\n${file.path}: ${(error as Error).stack ?? String(error)}`);
      const rest = positional
        ? file.ids.slice(position)
        : file.ids.filter((id) => !results.has(id));
      for (const id of rest) results.set(id, 'fail');
    }
  }
  for (const id of file.ids) {
    const outcome = results.get(id) ?? 'unsupported';
    if (outcome === 'pass') suite.pass += 1;
    else suite[outcome].push(id);
  }
}

function table(suites: Record<string, SuiteResult>): string {
  const rows = [['suite', 'cases', 'pass', 'fail', 'not supported', '%']];
  for (const name of Object.keys(suites).sort()) {
    const { total, pass, fail, unsupported } = suites[name] as SuiteResult;
    const share = ((100 * pass) / total).toFixed(1);
    rows.push([name, total, pass, fail.length, unsupported.length, share].map(String));
  }
  const widths = rows[0]!.map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n');
}

function compare(path: string, suites: Record<string, SuiteResult>): number {
  const floor = JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>;
  const below = Object.entries(floor).filter(([name, least]) =>
    !values.suite || name === values.suite ? (suites[name]?.pass ?? 0) < least : false,
  );
  for (const [name, least] of below) {
    console.error(`✗ ${name}: ${suites[name]?.pass ?? 0} pass, the floor is ${least}`);
  }
  if (below.length === 0) console.log('✓ no suite is below its floor');
  return below.length === 0 ? 0 : 1;
}

/** Writes the best counts so far; a floor never sinks. */
function raise(path: string, suites: Record<string, SuiteResult>): void {
  const floor = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>)
    : {};
  for (const [name, { pass }] of Object.entries(suites)) {
    floor[name] = Math.max(floor[name] ?? 0, pass);
  }
  const sorted = Object.fromEntries(Object.entries(floor).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}
