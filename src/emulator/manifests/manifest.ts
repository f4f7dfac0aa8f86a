/** A manifest that a project publishes. */
export interface PublishedManifest {
  /** Addresses under which it is found. */
  readonly addresses: RegExp;
  /** Its documents, as data. */
  readonly objects: readonly object[];
}
