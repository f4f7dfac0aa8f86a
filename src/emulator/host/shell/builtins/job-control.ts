import type { Call } from '../../syscalls.ts';
import { findJob, jobLine, refreshJobs, waitForeground, waitJob } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import type { Job } from '../state.ts';
import { readFlags, type Builtin } from './builtin.ts';

function* jobs(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(
    shell,
    words,
    'lnprs',
    'jobs [-lnprs] [jobspec ...] or jobs -x command [args]',
  );
  if (!flags) return 2;
  const { letters, rest } = flags;
  refreshJobs(shell);
  let list: readonly Job[] = shell.state.jobs;
  if (rest.length > 0) {
    const job = findJob(shell, rest[0]);
    if (!job) {
      yield* shell.complain(`jobs: ${rest[0]}: no such job`);
      return 1;
    }
    list = [job];
  }
  for (const job of list) {
    if (letters.includes('r') && job.state !== 'Running') continue;
    if (letters.includes('s') && job.state !== 'Stopped') continue;
    yield* shell.out(
      letters.includes('p') ? `${job.group}\n` : jobLine(shell, job, letters.includes('l')),
    );
  }
  forgetEnded(shell);
  return 0;
}

function forgetEnded({ state }: Shell): void {
  state.jobs = state.jobs.filter((job) => job.state === 'Running' || job.state === 'Stopped');
}

function forget({ state }: Shell, job: Job): void {
  state.jobs = state.jobs.filter((each) => each !== job);
}

function* found(shell: Shell, command: string, word: string | undefined): Call<Job | undefined> {
  const job = findJob(shell, word);
  if (!job) yield* shell.complain(`${command}: ${word ?? 'current'}: no such job`);
  return job;
}

function* noJobControl(shell: Shell, command: string): Call<number> {
  yield* shell.complain(`${command}: no job control`);
  return 1;
}

function* fg(shell: Shell, words: readonly string[]): Call<number> {
  if (!shell.interactive) return yield* noJobControl(shell, 'fg');
  refreshJobs(shell);
  const job = yield* found(shell, 'fg', words[1]);
  if (!job) return 1;
  yield* shell.out(`${job.command}\n`);
  if (job.state === 'Stopped') shell.sys.kill(-job.group, 'CONT');
  job.state = 'Running';
  forget(shell, job);
  const left = job.pids.filter((pid) => !job.ended.has(pid));
  if (left.length === 0) return job.status;
  return (yield* waitForeground(shell, left, () => job.command)).at(-1) as number;
}

function* bg(shell: Shell, words: readonly string[]): Call<number> {
  if (!shell.interactive) return yield* noJobControl(shell, 'bg');
  const job = yield* found(shell, 'bg', words[1]);
  if (!job) return 1;
  if (job.state === 'Running') {
    yield* shell.complain(`bg: job ${job.number} already in background`);
    return 0;
  }
  job.state = 'Running';
  shell.sys.kill(-job.group, 'CONT');
  yield* shell.out(`[${job.number}]+ ${job.command} &\n`);
  return 0;
}

function* wait(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'fnp:', 'wait [-fn] [-p var] [id ...]');
  if (!flags) return 2;
  const { rest, letters } = flags;
  if (letters.includes('n')) return yield* waitNext(shell);
  if (rest.length === 0) {
    for (const job of shell.state.jobs) if (job.state !== 'Stopped') yield* waitJob(shell, job);
    if (!shell.interactive) forgetEnded(shell);
    return 0;
  }
  let status = 0;
  for (const word of rest) {
    const job = findJob(shell, word);
    if (job) {
      status = yield* waitJob(shell, job);
      if (!shell.interactive) forget(shell, job);
      continue;
    }
    status = 127;
    if (word.startsWith('%')) yield* shell.complain(`wait: ${word}: no such job`);
    else if (/^\d+$/.test(word)) {
      yield* shell.complain(`wait: pid ${word} is not a child of this shell`);
    } else {
      yield* shell.complain(`wait: \`${word}': not a pid or valid job spec`);
      return 1;
    }
  }
  return status;
}

/** `wait -n`: the next job that ends. */
function* waitNext(shell: Shell): Call<number> {
  for (;;) {
    refreshJobs(shell);
    const over = shell.state.jobs.find((job) => job.state !== 'Running' && job.state !== 'Stopped');
    if (over) {
      forget(shell, over);
      return over.status;
    }
    const next = shell.state.jobs.filter(({ state }) => state === 'Running');
    if (next.length === 0) return 127;
    yield* shell.sys.waitAny(
      next.flatMap(({ pids, ended }) => pids.filter((pid) => !ended.has(pid))),
    );
  }
}

function* disown(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'har', 'disown [-h] [-ar] [jobspec ... | pid ...]');
  if (!flags) return 2;
  if (flags.letters.includes('a')) shell.state.jobs = [];
  else if (!flags.letters.includes('h')) {
    for (const word of flags.rest.length > 0 ? flags.rest : [undefined]) {
      const job = yield* found(shell, 'disown', word);
      if (!job) return 1;
      forget(shell, job);
    }
  }
  return 0;
}

export const jobControl: Readonly<Record<string, Builtin>> = { jobs, fg, bg, wait, disown };
