/** A node of a parsed expression; `at` is where it begins. */
export type Node =
  | {
      readonly type: 'literal';
      readonly value: bigint | number | string | boolean | null;
      readonly at: number;
    }
  | { readonly type: 'bytes'; readonly value: string; readonly at: number }
  | { readonly type: 'name'; readonly name: string; readonly at: number }
  /** `x.y`; where it is optional (`x.?y`), what is not there is no error. */
  | {
      readonly type: 'select';
      readonly of: Node;
      readonly field: string;
      readonly optional?: true;
      readonly at: number;
    }
  /** `has(x.y)`. */
  | { readonly type: 'has'; readonly of: Node; readonly field: string; readonly at: number }
  | {
      readonly type: 'index';
      readonly of: Node;
      readonly index: Node;
      readonly optional?: true;
      readonly at: number;
    }
  /** `x.optMap(v, …)` and `x.optFlatMap(v, …)`. */
  | {
      readonly type: 'optional';
      readonly of: Node;
      readonly variable: string;
      readonly body: Node;
      readonly flat: boolean;
      readonly at: number;
    }
  | {
      readonly type: 'call';
      readonly name: string;
      /** What a method is called on. */
      readonly of: Node | undefined;
      readonly args: readonly Node[];
      readonly at: number;
    }
  | { readonly type: 'list'; readonly items: readonly Node[]; readonly at: number }
  | {
      readonly type: 'map';
      readonly entries: readonly (readonly [Node, Node])[];
      readonly at: number;
    }
  | {
      readonly type: 'choice';
      readonly test: Node;
      readonly yes: Node;
      readonly no: Node;
      readonly at: number;
    }
  | { readonly type: 'and' | 'or'; readonly left: Node; readonly right: Node; readonly at: number }
  | {
      /** A macro over a list or a map's keys. */
      readonly type: 'each';
      readonly macro: 'all' | 'exists' | 'exists_one' | 'map' | 'filter';
      readonly of: Node;
      readonly variable: string;
      readonly test: Node | undefined;
      readonly body: Node | undefined;
      readonly at: number;
    };
