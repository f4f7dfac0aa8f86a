import type { z } from 'zod';
import type { Cluster } from '../../emulator/cluster/api.ts';
import type { Json } from '../../emulator/world/json.ts';
import type { TraceView } from '../../session/protocol.ts';

/** The language that a learner reads. */
export type Language = 'ko' | 'en';

/** What a check found. Reasons are names with slots; the words are in the verb's language files. */
export interface Judgement {
  readonly pass: boolean;
  /** What was seen, in a few words: a reason of `seen.<name>`. */
  readonly seen: Reason;
  readonly where?: Reason;
  readonly why?: Reason;
  readonly trace?: TraceView;
}

/** A sentence by its name, and what goes into its slots. */
export interface Reason {
  /** The verb whose words these are, where it is another than the check's own. */
  readonly verb?: string;
  /** The check of the lab that said it, where another passes it on: its feedback comes first. */
  readonly check?: string;
  readonly name: string;
  readonly slots?: Readonly<Record<string, string>>;
}

/** What a check may look at: the cluster, copies of it to try things on, and its start. */
export interface CheckContext {
  readonly cluster: Cluster;
  /** A fresh copy of the present cluster; what is done to it is lost. */
  copy(): Cluster;
  /** Objects as they were at the lab's start, by `resource/namespace/name`. */
  readonly start: Readonly<Record<string, Json>>;
  /** Judges by a verb with its arguments, on another cluster. */
  judgeBy(verb: string, args: unknown, cluster: Cluster): Judgement;
  /** Judges other checks of the lab on another cluster, for `survives`. */
  judgeOthers(
    slugs: readonly string[],
    cluster: Cluster,
  ): readonly { slug: string; judgement: Judgement }[];
}

/** A way to judge: one folder, one `defineCheck`. It sees behaviour, never how it was spelled. */
export interface CheckVerb<Args = unknown> {
  readonly name: string;
  readonly args: z.ZodType<Args>;
  judge(args: Args, context: CheckContext): Judgement;
}

export function defineCheck<Args>(verb: CheckVerb<Args>): CheckVerb {
  return verb as CheckVerb;
}
