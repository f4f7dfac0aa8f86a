import type { Element, NftFamily, NftRule } from './ast.ts';

/** What `list` and `reset` ask to be printed. */
export interface Listing {
  readonly what: string;
  readonly family?: NftFamily;
  readonly table?: string;
  readonly name?: string;
  /** Keys of the elements that `get element` asked for. */
  readonly only?: readonly string[];
  /** Counters are set to zero after they were shown. */
  readonly reset: boolean;
}

/** What a command made, for `--echo`. */
export interface Echo {
  readonly what: 'table' | 'chain' | 'set' | 'element' | 'rule' | 'insert';
  readonly family: NftFamily;
  readonly table: string;
  readonly chain?: string;
  readonly set?: string;
  readonly rule?: NftRule;
  readonly elements?: readonly Element[];
}

/** Elements that were deleted by hand, so that those which packets made go as well. */
export interface Forgotten {
  readonly family: NftFamily;
  readonly table: string;
  readonly set: string;
  readonly keys: readonly string[];
}

/** What commands came to besides the rules. */
export interface Outcome {
  readonly echo: Echo[];
  readonly forget: Forgotten[];
  readonly listings: Listing[];
  readonly texts: string[];
}
