import type { Compiled } from './compile.ts';
import type { End, Protocol, Verdict } from './types.ts';
import { verdict, type Behaviour } from './verdict.ts';

/** A port that a matrix asks about. */
export interface MatrixPort {
  readonly port: number;
  readonly protocol: Protocol;
}

/** Verdicts of every source to every destination: `cells[port][source][destination]`. */
export function matrix(
  compiled: Compiled,
  sources: readonly End[],
  destinations: readonly End[],
  ports: readonly MatrixPort[],
  behaviour?: Behaviour,
): readonly (readonly (readonly Verdict[])[])[] {
  return ports.map((port) =>
    sources.map((source) =>
      destinations.map((destination) =>
        verdict(compiled, { source, destination, ...port }, behaviour),
      ),
    ),
  );
}
