/** A broken promise of our own code. Nothing in the emulator may catch it: the Worker stops. */
export class EmulatorFault extends Error {
  override readonly name = 'EmulatorFault';
}

/** Throws an EmulatorFault unless the condition holds. For our bugs, never for a user's mistake. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new EmulatorFault(why);
}

/** Marks a place that types say cannot be reached. */
export function never(value: never, why: string): never {
  throw new EmulatorFault(`${why}: ${JSON.stringify(value)}`);
}
