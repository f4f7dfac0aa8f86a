/** A manifest that a project publishes. */
export interface PublishedManifest {
  /** Addresses under which it is found. */
  readonly addresses: RegExp;
  /** Its documents, as data; or what they are at one of the addresses, which may name a version. */
  readonly objects: readonly object[] | ((address: string) => readonly object[]);
}
