import type { ApiStatus } from '../../apimachinery/status.ts';

/** What went wrong, as far as it decides how it is printed (kubectl `cmd/util` checkErr). */
export type Problem =
  /** A plain error: `error: ` comes in front when it stands alone. */
  | { readonly type: 'text'; readonly text: string }
  /** What the API server answered. */
  | { readonly type: 'status'; readonly status: ApiStatus }
  /** No answer: the text is whole already. */
  | { readonly type: 'connection'; readonly text: string }
  | { readonly type: 'configuration'; readonly text: string }
  | { readonly type: 'aggregate'; readonly problems: readonly Problem[] }
  /** Everything has been said; only the exit code is left. */
  | { readonly type: 'exit'; readonly code: number; readonly text?: string };

/** Thrown inside kubectl to give up the command; the root prints it. Never a bug of ours. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super('kubectl gives up');
    this.problem = problem;
  }
}

/** A plain error. */
export function failed(text: string): Failure {
  return new Failure({ type: 'text', text });
}

/** An answer of the API server that is an error. */
export function refused(status: ApiStatus): Failure {
  return new Failure({ type: 'status', status });
}

/** Ends the command with a code and, where given, a text for stderr as it is. */
export function exit(code: number, text?: string): Failure {
  return new Failure({ type: 'exit', code, ...(text !== undefined && { text }) });
}

/** All of several problems; nothing happens where there are none. */
export function throwAll(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Failure({ type: 'aggregate', problems });
}

/** The problem in something caught; what is no Failure is a bug and goes on up. */
export function problemOf(caught: unknown): Problem {
  if (caught instanceof Failure && caught.problem.type !== 'exit') return caught.problem;
  throw caught;
}

/** Whether a caught error is the API server's answer with that reason. */
export function hasReason(caught: unknown, reason: string): boolean {
  return (
    caught instanceof Failure &&
    caught.problem.type === 'status' &&
    caught.problem.status.reason === reason
  );
}

/** Go's `err.Error()`. */
export function textOf(problem: Problem): string {
  switch (problem.type) {
    case 'status':
      return problem.status.message ?? '';
    case 'aggregate': {
      const texts = [...new Set(problem.problems.map(textOf))];
      return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
    }
    case 'exit':
      return problem.text ?? '';
    default:
      return problem.text;
  }
}

/** `error when creating "x.yaml": …` (AddSourceToErr). */
export function withSource(verb: string, source: string, problem: Problem): Problem {
  if (source === '') return problem;
  const lead = `error when ${verb} "${source}": `;
  if (problem.type === 'status') {
    const message = lead + (problem.status.message ?? '');
    return { type: 'status', status: { ...problem.status, message } };
  }
  return { type: 'text', text: lead + textOf(problem) };
}

/** What is printed on stderr for a problem, and the exit code. */
export function report(problem: Problem): { readonly text: string; readonly code: number } {
  // One aggregate of one is taken apart, as checkErr does; one inside it is not.
  const alone = problem.type === 'aggregate' && problem.problems.length === 1;
  const shown = alone ? (problem.problems[0] as Problem) : problem;
  if (shown.type === 'exit') return { text: ended(shown.text ?? ''), code: shown.code };
  return { text: ended(told(shown)), code: 1 };
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function told(problem: Problem): string {
  if (problem.type === 'status' && problem.status.reason === 'Invalid') {
    return invalidText(problem.status);
  }
  if (problem.type === 'configuration') return `Error in configuration: ${problem.text}`;
  if (problem.type === 'aggregate') {
    return problem.problems.map((each) => `${standard(each) ?? textOf(each)}\n`).join('');
  }
  const text = standard(problem);
  if (text !== undefined) return text;
  const own = textOf(problem);
  return own.startsWith('error: ') ? own : `error: ${own}`;
}

/** StandardErrorMessage: the texts for answers and for connections; undefined for plain errors. */
function standard(problem: Problem): string | undefined {
  if (problem.type === 'connection') return problem.text;
  if (problem.type !== 'status') return undefined;
  const { reason, message = '' } = problem.status;
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`;
}

function invalidText({ details, message = '' }: ApiStatus): string {
  if (!details)
    return message === '' ? 'The request is invalid' : `The request is invalid: ${message}`;
  const { kind = '', name = '', causes = [] } = details;
  let lead = 'The request is invalid';
  if (kind !== '' || name !== '') lead = `The ${kind} "${name}" is invalid`;
  else if (message !== '' && causes.length === 0) lead += `: ${message}`;
  const texts = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  if (texts.length === 0) return lead;
  if (texts.length === 1) return `${lead}: ${texts[0]}\n`;
  return `${lead}: \n${texts.map((text) => `* ${text}\n`).join('')}`;
}
