/** A definition as `/openapi/v3` serves it, but that descriptions are numbers of texts. */
export type ServedSchema = { readonly [member: string]: unknown };

/** What the served schemas say, for the documents below `/openapi`; big, and read by people. */
export interface ApiTexts {
  /** Each document by its path (`api/v1`, `apis/apps/v1`, `version`). */
  readonly documents: Readonly<Record<string, ServedDocument>>;
  /** By the name that they have in the documents: `io.k8s.api.core.v1.Pod`. */
  readonly definitions: Readonly<Record<string, ServedSchema>>;
  readonly texts: readonly string[];
  /** Names in the documents by the names of the decoding table: `V1Pod`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface ServedDocument {
  /** SHA-512 of what is in it, in capitals: the document's ETag. */
  readonly hash: string;
  /** Definitions that it begins with; what these refer to comes along. */
  readonly roots: readonly string[];
}
