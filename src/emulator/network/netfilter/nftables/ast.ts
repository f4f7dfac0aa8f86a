/** Rules of nftables as data. `parse.ts` reads them from text, `print.ts` writes them back. */
export interface NftRuleset {
  /** In the order in which they were made. */
  readonly tables: readonly NftTable[];
  /** Handle that the next table gets; 1 where it is left out. */
  readonly nextHandle?: number;
  /** Grows with each transaction. */
  readonly generation?: number;
}

export type NftFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

export type NftHook =
  'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';

export interface NftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly handle: number;
  readonly comment?: string;
  readonly flags?: readonly string[];
  /** Handle that the next chain, set, object or rule of this table gets. */
  readonly nextHandle: number;
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
  readonly objects: readonly NftObject[];
  readonly flowtables: readonly NftFlowtable[];
}

/** Where the kernel calls a chain. Only base chains have this. */
export interface NftBase {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: NftHook;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  readonly devices?: readonly string[];
}

export interface NftChain {
  readonly name: string;
  readonly handle: number;
  readonly comment?: string;
  readonly base?: NftBase;
  readonly rules: readonly NftRule[];
}

export interface NftRule {
  readonly handle: number;
  readonly statements: readonly Statement[];
  readonly comment?: string;
}

/** A set or map with a name. `key` and `data` are lists, for concatenations. */
export interface NftSet {
  readonly name: string;
  readonly handle: number;
  readonly key: readonly string[];
  /** Of a map: types of what it gives; `verdict`, or `counter` and the like for objects. */
  readonly data?: readonly string[];
  /** Written with `typeof`: the expressions that the types come from. */
  readonly typeof?: Expr;
  readonly typeofData?: Expr;
  readonly flags: readonly string[];
  readonly policy?: string;
  readonly size?: number;
  readonly timeoutMillis?: number;
  readonly gcIntervalMillis?: number;
  readonly autoMerge?: boolean;
  readonly comment?: string;
  readonly statements?: readonly Statement[];
  readonly elements: readonly Element[];
}

export interface Element {
  readonly key: Expr;
  readonly value?: Expr;
  readonly comment?: string;
  readonly timeoutMillis?: number;
  /** How long it has left, where it has a time-out. */
  readonly expiresMillis?: number;
  /** The moment (microseconds) at which it is gone. */
  readonly expiresAt?: number;
  readonly statements?: readonly Statement[];
}

/** A named counter, quota, limit or what else rules refer to by name. */
export interface NftObject {
  readonly name: string;
  readonly handle: number;
  readonly statement: Extract<Statement, { kind: 'counter' | 'quota' | 'limit' }>;
  readonly comment?: string;
}

export interface NftFlowtable {
  readonly name: string;
  readonly handle: number;
  readonly hook: NftHook;
  readonly priority: number;
  readonly devices: readonly string[];
  readonly flags?: readonly string[];
  readonly counter?: boolean;
}

/** A constant: a number, or the canonical text of an address or name. */
export interface Value {
  readonly kind: 'value';
  readonly type: string;
  readonly value: number | string;
}

export interface Verdict {
  readonly kind: 'verdict';
  readonly verdict: 'accept' | 'drop' | 'continue' | 'return' | 'jump' | 'goto';
  readonly chain?: string;
}

export type BinaryOperator = '&' | '|' | '^' | '<<' | '>>';

export type Expr =
  | Value
  | Verdict
  | { readonly kind: 'prefix'; readonly base: Value; readonly length: number }
  | { readonly kind: 'range'; readonly from: Value; readonly to: Value }
  | { readonly kind: 'concat'; readonly parts: readonly Expr[] }
  | { readonly kind: 'set'; readonly elements: readonly Element[] }
  | { readonly kind: 'setref'; readonly name: string }
  /** The element that all other keys fall to. */
  | { readonly kind: 'any' }
  | { readonly kind: 'payload'; readonly protocol: string; readonly field: string }
  | {
      readonly kind: 'raw';
      readonly base: 'll' | 'nh' | 'th';
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'meta'; readonly key: string }
  | {
      readonly kind: 'ct';
      readonly key: string;
      readonly direction?: 'original' | 'reply';
      readonly family?: 'ip' | 'ip6';
    }
  | { readonly kind: 'fib'; readonly flags: readonly string[]; readonly result: string }
  | {
      readonly kind: 'numgen';
      readonly mode: 'inc' | 'random';
      readonly modulus: number;
      readonly offset: number;
    }
  | {
      readonly kind: 'hash';
      readonly of?: Expr;
      readonly modulus: number;
      readonly seed?: number;
      readonly offset: number;
    }
  | { readonly kind: 'rt'; readonly key: string; readonly family?: 'ip' | 'ip6' }
  | { readonly kind: 'socket'; readonly key: string }
  | { readonly kind: 'tcpopt'; readonly option: string; readonly field: string }
  | {
      readonly kind: 'binop';
      readonly op: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'map'; readonly key: Expr; readonly map: Expr };

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=' | '!';

export interface LimitStatement {
  readonly kind: 'limit';
  readonly over: boolean;
  readonly rate: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day' | 'week';
  readonly bytes: boolean;
  readonly burst: number;
}

export interface LogStatement {
  readonly kind: 'log';
  readonly prefix?: string;
  readonly level?: string;
  readonly group?: number;
  readonly snaplen?: number;
  readonly threshold?: number;
  readonly flags: readonly string[];
}

export interface NatStatement {
  readonly kind: 'nat';
  readonly nat: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  readonly family?: 'ip' | 'ip6';
  readonly address?: Expr;
  readonly port?: Expr;
  readonly flags: readonly string[];
}

export type Statement =
  | {
      readonly kind: 'match';
      readonly op?: Relation;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'vmap'; readonly key: Expr; readonly map: Expr }
  | Verdict
  | { readonly kind: 'counter'; readonly packets: number; readonly bytes: number }
  | { readonly kind: 'objref'; readonly object: 'counter' | 'quota' | 'limit'; readonly name: Expr }
  | LimitStatement
  | {
      readonly kind: 'quota';
      readonly over: boolean;
      readonly bytes: number;
      readonly used: number;
    }
  | LogStatement
  | { readonly kind: 'reject'; readonly type?: string; readonly code?: string }
  | NatStatement
  /** Writes a mark, a header field, a zone. */
  | { readonly kind: 'mangle'; readonly target: Expr; readonly value: Expr }
  | { readonly kind: 'notrack' }
  /** Hands the packet to user space. */
  | {
      readonly kind: 'queue';
      readonly from: number;
      readonly to?: number;
      readonly flags: readonly ('bypass' | 'fanout')[];
    }
  | {
      readonly kind: 'setop';
      readonly op: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly key: Expr;
      readonly data?: Expr;
      readonly timeoutMillis?: number;
      readonly statements: readonly Statement[];
    }
  | { readonly kind: 'connlimit'; readonly count: number; readonly over: boolean }
  | { readonly kind: 'flow'; readonly flowtable: string }
  /** A match or target of iptables, in the words of `nft list ruleset`. */
  | { readonly kind: 'xt'; readonly text: string };

/** Nothing was ever loaded. */
export const noTables: NftRuleset = Object.freeze({ tables: Object.freeze([]) });

/** A table by family and name. */
export function findNftTable(
  rules: NftRuleset,
  family: NftFamily,
  name: string,
): NftTable | undefined {
  return rules.tables.find((table) => table.family === family && table.name === name);
}

/** A chain of a table by its name. */
export function findNftChain(table: NftTable | undefined, name: string): NftChain | undefined {
  return table?.chains.find((chain) => chain.name === name);
}
