import type { Definition, Node } from './ast.ts';
import type { Path } from './paths.ts';
import type { Value } from './value.ts';

/** A value, and the way to it where ways are asked for; `lost` is a value that has none. */
export interface Item {
  readonly value: Value;
  readonly path: Path | 'lost' | undefined;
}

/** What a name stands for. */
export type Bound =
  | { readonly type: 'variable'; readonly value: Value }
  | { readonly type: 'definition'; readonly definition: Definition }
  | { readonly type: 'closure'; readonly body: Node; readonly scope: Scope | undefined }
  | { readonly type: 'label'; readonly mark: object };

/** Names, the innermost first: `$x`, `f/1`, `*$out`. */
export interface Scope {
  readonly name: string;
  readonly bound: Bound;
  readonly up: Scope | undefined;
}

export function find(scope: Scope | undefined, name: string): Scope | undefined {
  for (let now = scope; now; now = now.up) if (now.name === name) return now;
  return undefined;
}

export function bind(up: Scope | undefined, name: string, bound: Bound): Scope {
  return { name, bound, up };
}

/** What a program reaches outside of itself. */
export interface World {
  /** The next input; undefined at the end. */
  next(): Value | undefined;
  /** Writes to standard error. */
  tell(text: string): void;
  readonly env: Readonly<Record<string, string>>;
  readonly nowSeconds: number;
  readonly file: () => string | null;
}

/** A run, with what it has used of its allowance. */
/** A function that jq itself has: its words are filters. */
export type Builtin = (
  run: Run,
  words: readonly Node[],
  scope: Scope | undefined,
  item: Item,
) => Generator<Item, void>;

export interface Run {
  readonly world: World;
  readonly builtins: ReadonlyMap<string, Builtin>;
  steps: number;
  depth: number;
}
