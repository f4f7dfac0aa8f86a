import type { Value } from './value.ts';

export type Node =
  | { readonly type: 'identity' }
  | { readonly type: 'recurse' }
  | { readonly type: 'literal'; readonly value: Value }
  | {
      readonly type: 'text';
      readonly format: string | undefined;
      readonly parts: readonly (string | Node)[];
    }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'index'; readonly of: Node; readonly key: Node }
  | {
      readonly type: 'slice';
      readonly of: Node;
      readonly from: Node | undefined;
      readonly to: Node | undefined;
    }
  | { readonly type: 'each'; readonly of: Node }
  | { readonly type: 'try'; readonly body: Node; readonly handler: Node | undefined }
  | { readonly type: 'array'; readonly of: Node | undefined }
  | { readonly type: 'object'; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly type: 'negate'; readonly of: Node }
  | { readonly type: 'pipe' | 'comma'; readonly left: Node; readonly right: Node }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly type: 'if'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | {
      readonly type: 'reduce';
      readonly source: Node;
      readonly pattern: Pattern;
      readonly start: Node;
      readonly update: Node;
    }
  | {
      readonly type: 'foreach';
      readonly source: Node;
      readonly pattern: Pattern;
      readonly start: Node;
      readonly update: Node;
      readonly extract: Node | undefined;
    }
  | { readonly type: 'define'; readonly definition: Definition; readonly rest: Node }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly words: readonly Node[];
      readonly at: number;
    }
  | { readonly type: 'variable'; readonly name: string; readonly at: number }
  | {
      readonly type: 'as';
      readonly source: Node;
      readonly patterns: readonly Pattern[];
      readonly body: Node;
    }
  | { readonly type: 'label'; readonly name: string; readonly body: Node }
  | { readonly type: 'break'; readonly name: string; readonly at: number };

/** What `as` takes a value apart with. */
export type Pattern =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'array'; readonly of: readonly Pattern[] }
  | {
      readonly type: 'object';
      readonly of: readonly (readonly [Node, Pattern | undefined, string | undefined])[];
    };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Node;
}

/** A program that cannot be compiled: jq's words, and where in the text. */
export class CompileError extends Error {
  readonly at: number;
  /** What follows from it. */
  readonly more: readonly { readonly message: string; readonly at: number }[];
  constructor(text: string, at: number, more: CompileError['more'] = []) {
    super(text);
    this.at = at;
    this.more = more;
  }
}
