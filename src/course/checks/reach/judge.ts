import type { Cluster } from '../../../emulator/cluster/api.ts';
import type { CheckContext, Judgement, Reason } from '../check.ts';
import { explain } from './explain.ts';
import { scriptPlace } from '../place.ts';
import type { ReachArgs } from './index.ts';

/** How one attempt ended, by curl's or nc's exit code. */
type Result = 'ok' | 'refused' | 'timeout' | 'nxdomain' | 'http' | 'unreachable';

interface Attempt {
  readonly result: Result;
  readonly code: string;
  readonly body: string;
}

/** Asks as often as the check says, and explains the first attempt that is not as expected. */
export function judgeReach(args: ReachArgs, context: CheckContext): Judgement {
  const copy = context.copy();
  const attempts: Attempt[] = [];
  for (let i = 0; i < args.times; i++) {
    const attempt = ask(copy, args);
    attempts.push(attempt);
    if (attempt.result !== args.expect) break;
  }
  const wrong = attempts.find((attempt) => attempt.result !== args.expect);
  if (wrong) {
    const { where, why, trace } = explain(context.cluster, args, wrong.result);
    return { pass: false, seen: seen(args, wrong), ...(where && { where }), why, trace };
  }
  const missing = args.answers.find((text) => !attempts.some(({ body }) => body.includes(text)));
  if (missing !== undefined) {
    const got = [...new Set(attempts.map(({ body }) => body.trim().split('\n')[0] ?? ''))];
    const slots = { missing, got: got.join(', '), times: String(args.times) };
    return { pass: false, seen: { name: 'seen.only', slots }, why: { name: 'why.only', slots } };
  }
  return { pass: true, seen: seen(args, attempts[0] as Attempt) };
}

function ask(cluster: Cluster, { from, to }: ReachArgs): Attempt {
  const place = scriptPlace(from);
  if (to.startsWith('tcp://')) {
    const { hostname, port } = new URL(to.replace(/^tcp:/, 'http:'));
    const done = cluster.script(`nc -z -v -w 3 ${hostname} ${port}`, place);
    const result = done.exit === 0 ? 'ok' : ncResult(done.stderr);
    return { result, code: '', body: '' };
  }
  const done = cluster.script(`curl -s -m 3 -w '\\n%{http_code}' '${to}'`, place);
  const lines = done.stdout.split('\n');
  const code = lines.pop() ?? '';
  const body = lines.join('\n');
  if (done.exit === 0) return { result: Number(code) < 400 ? 'ok' : 'http', code, body };
  const result = ({ 6: 'nxdomain', 7: 'refused', 28: 'timeout' } as const)[done.exit];
  return { result: result ?? 'unreachable', code: String(done.exit), body: '' };
}

function ncResult(stderr: string): Result {
  if (stderr.includes('refused')) return 'refused';
  if (/not known|resolve/.test(stderr)) return 'nxdomain';
  return stderr.includes('timed out') ? 'timeout' : 'unreachable';
}

function seen({ from, to }: ReachArgs, { result, code }: Attempt): Reason {
  const host = new URL(to.replace(/^tcp:/, 'http:')).host;
  return { name: `seen.${result}`, slots: { from: from.split('/')[1] ?? from, to: host, code } };
}
