/** Something that can be assigned to. */
export type Target =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'element'; readonly name: string; readonly keys: readonly Expression[] }
  | { readonly type: 'field'; readonly of: Expression };

export type Expression =
  | Target
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regular'; readonly pattern: string }
  | { readonly type: 'group'; readonly of: Expression }
  /** `(a, b) in list` before its `in` has come. */
  | { readonly type: 'tuple'; readonly of: readonly Expression[] }
  | {
      readonly type: 'assign';
      readonly operator: string;
      readonly target: Target;
      readonly value: Expression;
    }
  | {
      readonly type: 'condition';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'unary'; readonly operator: '!' | '-' | '+'; readonly of: Expression }
  | {
      readonly type: 'step';
      readonly by: 1 | -1;
      readonly target: Target;
      /** The value is that before the step. */
      readonly after: boolean;
    }
  | { readonly type: 'in'; readonly keys: readonly Expression[]; readonly name: string }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly builtin: boolean;
      readonly words: readonly Expression[];
    }
  | {
      readonly type: 'getline';
      readonly target?: Target | undefined;
      readonly file?: Expression | undefined;
      readonly command?: Expression | undefined;
    };

/** Where `print` writes to. */
export interface Destination {
  readonly how: '>' | '>>' | '|';
  readonly to: Expression;
}

export type Statement =
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'expression'; readonly of: Expression }
  | {
      readonly type: 'print';
      readonly formatted: boolean;
      readonly words: readonly Expression[];
      readonly destination?: Destination | undefined;
    }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly yes: Statement;
      readonly otherwise?: Statement | undefined;
    }
  | {
      readonly type: 'loop';
      readonly start?: Statement | undefined;
      readonly test?: Expression | undefined;
      readonly step?: Statement | undefined;
      readonly body: Statement;
      /** `do … while`: the body comes first. */
      readonly bodyFirst: boolean;
    }
  | {
      readonly type: 'each';
      readonly variable: string;
      readonly name: string;
      readonly body: Statement;
    }
  | { readonly type: 'delete'; readonly name: string; readonly keys?: readonly Expression[] }
  | { readonly type: 'jump'; readonly to: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly type: 'leave'; readonly by: 'exit' | 'return'; readonly value?: Expression };

export interface Rule {
  readonly when:
    | 'BEGIN'
    | 'END'
    | { readonly from?: Expression | undefined; readonly to?: Expression | undefined };
  /** Undefined: the record is printed. */
  readonly body: Statement | undefined;
}

export interface FunctionNode {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface Script {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, FunctionNode>;
}
