/** What the served schemas say about their fields; big, and only read by people. */
export interface ApiTexts {
  /** By definition and field; a definition's own text lies under ''. */
  readonly descriptions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Values that a field takes, by `Definition.field`. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
  /** Types of fields that hold what has no fields of its own, by `Definition.field`. */
  readonly wrapped: Readonly<Record<string, string>>;
}
