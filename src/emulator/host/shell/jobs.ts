import type { Call, ExitStatus, Pid, Signal } from '../syscalls.ts';
import { Flow, prefixOf, signalNumbers, type Shell } from './shell.ts';
import type { Job } from './state.ts';

/** What a wait may tell of a child. */
export type Change = ExitStatus | { readonly stopped: Signal };

/** Status of a child: 128 and the signal's number where a signal ended or stopped it. */
export function statusOf(change: Change): number {
  if ('exited' in change) return change.exited;
  const signal = 'stopped' in change ? change.stopped : change.signalled;
  return 128 + (signalNumbers[signal] ?? 0);
}

/**
 * Waits for the processes of a foreground job, which has the terminal meanwhile; gives the status
 * of each. A job that is stopped becomes one of the shell's jobs.
 */
export function* waitForeground(
  shell: Shell,
  pids: readonly Pid[],
  text: () => string,
): Call<number[]> {
  const { sys, interactive } = shell;
  const group = pids[0] as Pid;
  if (interactive) sys.setForeground(group);
  const statuses: number[] = [];
  const ended = new Map<Pid, number>();
  let last: Change = { exited: 0 };
  for (const pid of pids) {
    const change: Change = interactive ? yield* sys.waitJob(pid) : yield* sys.wait(pid);
    last = change;
    statuses.push(statusOf(change));
    if ('stopped' in change) {
      addJob(shell, { group, pids, command: text(), state: 'Stopped', ended });
      sys.setForeground(sys.group);
      const job = shell.state.jobs.at(-1) as Job;
      yield* shell.write(2, `\n${jobLine(shell, job)}`);
      return pids.map(() => statusOf(change));
    }
    ended.set(pid, statusOf(change));
  }
  if (interactive) sys.setForeground(sys.group);
  if ('signalled' in last) yield* tellSignal(shell, last.signalled, pids.at(-1) as Pid, text);
  return statuses;
}

/** What signals are called when they end a process. */
const descriptions: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  KILL: 'Killed',
  TERM: 'Terminated',
  ABRT: 'Aborted',
  SEGV: 'Segmentation fault',
  USR1: 'User defined signal 1',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
};

function* tellSignal(shell: Shell, signal: Signal, pid: Pid, text: () => string): Call<void> {
  if (signal === 'INT') {
    if (shell.interactive) {
      yield* shell.write(2, '\n');
      throw new Flow('discard', 130);
    }
    shell.interrupted = true;
    return;
  }
  const what = descriptions[signal];
  if (signal === 'PIPE' || what === undefined) return;
  if (shell.interactive) yield* shell.write(2, `${what}\n`);
  else if (signal !== 'TERM' && shell.look.bash) {
    const line = `${String(pid).padStart(5)} ${what.padEnd(23)} ${text()}`;
    yield* shell.write(2, `${prefixOf(shell)}${line}\n`);
  }
}

/** Adds a job under the next number. */
export function addJob(
  shell: Shell,
  job: Pick<Job, 'group' | 'pids' | 'command' | 'state' | 'ended'>,
): Job {
  const { jobs } = shell.state;
  const number = Math.max(0, ...jobs.map((each) => each.number)) + 1;
  const made = { ...job, number, status: 0 };
  jobs.push(made);
  return made;
}

/** Looks whether jobs have ended, without waiting. */
export function refreshJobs(shell: Shell): void {
  for (const job of shell.state.jobs) {
    for (const pid of job.pids) {
      if (job.ended.has(pid)) continue;
      const change = shell.sys.reap(pid);
      if (!change) continue;
      if ('stopped' in change) job.state = 'Stopped';
      else noteEnd(job, pid, change);
    }
  }
}

/** Notes how a process of a job ended; the job is over with its last. */
export function noteEnd(job: Job, pid: Pid, change: ExitStatus): void {
  job.ended.set(pid, statusOf(change));
  if (pid === job.pids.at(-1)) {
    job.status = statusOf(change);
    job.state = 'exited' in change ? 'Done' : stateAfter(change.signalled);
  }
  if (job.ended.size < job.pids.length && job.state !== 'Stopped') job.state = 'Running';
}

function stateAfter(signal: Signal): Job['state'] {
  const states: Partial<Record<Signal, Job['state']>> = {
    TERM: 'Terminated',
    KILL: 'Killed',
    HUP: 'Hangup',
    INT: 'Interrupt',
  };
  return states[signal] ?? 'Terminated';
}

/** `[1]+  Running                 sleep 5 &` */
export function jobLine(shell: Shell, job: Job, withPid = false): string {
  const { number, state, status, command, group } = job;
  const mark = markOf(shell, job);
  const what = state === 'Done' && status !== 0 ? `Exit ${status}` : state;
  const pid = withPid ? `${String(group).padStart(5)} ` : '';
  const tail = state === 'Running' ? ' &' : '';
  return `[${number}]${mark}  ${pid}${what.padEnd(23)} ${command}${tail}\n`;
}

/** `+` for the current job, `-` for the one before. */
function markOf(shell: Shell, job: Job): string {
  const order = currentJobs(shell);
  if (order[0] === job) return '+';
  return order[1] === job ? '-' : ' ';
}

/** Jobs with the current one first: stopped ones before those that run. */
export function currentJobs({ state: { jobs } }: Shell): readonly Job[] {
  const stopped = jobs.filter(({ state }) => state === 'Stopped').reverse();
  const others = jobs.filter(({ state }) => state !== 'Stopped').reverse();
  return [...stopped, ...others];
}

/** The job that `%1`, `%%`, `%-`, `%name` or a pid means. */
export function findJob(shell: Shell, word: string | undefined): Job | undefined {
  const { jobs } = shell.state;
  if (word === undefined || word === '%%' || word === '%+' || word === '%') {
    return currentJobs(shell)[0];
  }
  if (word === '%-') return currentJobs(shell)[1];
  const number = /^%(\d+)$/.exec(word)?.[1];
  if (number !== undefined) return jobs.find((job) => job.number === Number(number));
  if (word.startsWith('%?')) return jobs.find((job) => job.command.includes(word.slice(2)));
  if (word.startsWith('%')) return jobs.find((job) => job.command.startsWith(word.slice(1)));
  return jobs.find((job) => job.pids.includes(Number(word)));
}

/** Waits until a job has ended (or stopped, at a prompt) and gives its status. */
export function* waitJob(shell: Shell, job: Job): Call<number> {
  for (const pid of job.pids) {
    if (job.ended.has(pid)) continue;
    const change = yield* shell.sys.waitInterruptibly(pid);
    if (typeof change === 'string') return interruptedWait(shell);
    if ('stopped' in change) {
      job.state = 'Stopped';
      return statusOf(change);
    }
    noteEnd(job, pid, change);
  }
  return job.ended.get(job.pids.at(-1) as Pid) ?? 0;
}

/** A signal with a trap ends `wait`; its action runs before the next command. */
function interruptedWait(shell: Shell): number {
  if (shell.interrupted) throw new Flow('discard', 130);
  const [signal] = shell.signals;
  return 128 + (signalNumbers[signal ?? ''] ?? 0);
}

/** Tells of jobs that have ended since the last prompt, and forgets them. */
export function* reportJobs(shell: Shell): Call<void> {
  refreshJobs(shell);
  const over = shell.state.jobs.filter(({ state }) => state !== 'Running' && state !== 'Stopped');
  for (const job of over) yield* shell.write(2, jobLine(shell, job));
  shell.state.jobs = shell.state.jobs.filter((job) => !over.includes(job));
}
