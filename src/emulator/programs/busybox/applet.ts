import { readOptions, type Given, type OptionTable } from '../gnu/getopt.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';

/** How a busybox was built: what it says of itself, and what was switched on. */
export interface Build {
  readonly banner: string;
  /** wget has `-T`. */
  readonly timeout: boolean;
  /** nc is the one that follows netcat 1.10. */
  readonly netcat110: boolean;
}

/** busybox of the images `busybox` and `alpine`. */
export const upstream: Build = {
  banner: 'BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary.',
  timeout: true,
  netcat110: true,
};

/** busybox as Debian 12 packs it. */
export const debian: Build = {
  banner: 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.',
  timeout: false,
  netcat110: false,
};

/** One of busybox' programs. */
export interface Applet {
  readonly name: string;
  /** What follows `Usage: ` for `--help` and after a wrong option. */
  usage(build: Build): string;
  options(build: Build): OptionTable;
  run(line: Line, sys: Sys): Call<number>;
}

/** A command line that was read. */
export interface Line {
  readonly build: Build;
  readonly name: string;
  readonly given: readonly Given[];
  readonly operands: readonly string[];
  has(key: string): boolean;
  value(key: string): string | undefined;
  /** Says `wget: text` and gives the exit code 1. */
  die(text: string): Call<number>;
  /** Shows how it is used; gives the exit code 1. */
  showUsage(): Call<number>;
}

/** Runs an applet with the words after its name. */
export function* runApplet(
  applet: Applet,
  build: Build,
  words: readonly string[],
  sys: Sys,
): Call<number> {
  const { name } = applet;
  const read = readOptions(words, applet.options(build));
  const showUsage = function* (): Call<number> {
    yield* sys.write(2, `${build.banner}\n\nUsage: ${applet.usage(build)}`);
    return 1;
  };
  const die = function* (text: string): Call<number> {
    yield* sys.write(2, `${name}: ${text}\n`);
    return 1;
  };
  if ('unmodelled' in read) {
    yield* die(`${read.unmodelled} is not modelled here`);
    return 2;
  }
  if ('error' in read) {
    yield* die(read.error);
    return yield* showUsage();
  }
  const { given, operands } = read;
  if (given.some(({ key }) => key === '--help')) {
    yield* showUsage();
    return 0;
  }
  if (given.some(({ key }) => key === '--version')) {
    yield* die(`unrecognized option '--version'`);
    return yield* showUsage();
  }
  const has = (key: string) => given.some((each) => each.key === key);
  const value = (key: string) => given.findLast((each) => each.key === key)?.value;
  return yield* applet.run({ build, name, given, operands, has, value, die, showUsage }, sys);
}

/** An applet's own file, as the links in /bin of the busybox image are. */
export function link(applet: Applet, build: Build): Program {
  const { name } = applet;
  return {
    name: `busybox-${name}`,
    paths: [`/bin/${name}`],
    run: (argv, sys) => runApplet(applet, build, argv.slice(1), sys),
  };
}
