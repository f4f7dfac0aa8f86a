/**
 * Every limit of the emulator in one place. A limit that is met names itself to the user; none is
 * a silent truncation.
 */
export const limits = {
  /** Events that one slice of the driver may handle before it yields to the page. */
  eventsPerSlice: 20_000,
  /** Events between two inputs after which the run pauses and says so. */
  eventsPerRun: 20_000_000,
  /** Entries of the change log that are kept before the older half is compacted. */
  logLength: 200_000,
  /** Changes of API objects that a save keeps, for watches that go on from before it. */
  historyLength: 2_000,
  /** Processes alive on one host; a fork beyond it fails with EAGAIN, as under `ulimit -u`. */
  processesPerHost: 512,
  /** Nested calls of shell functions, subshells and sourced files. */
  shellDepth: 200,
  /** Characters that one terminal keeps for writing before output is cut with a notice. */
  terminalBacklog: 2_000_000,
  /** Characters of one file. */
  fileSize: 8_000_000,
  /** Characters buffered in a pipe before the writer waits. */
  pipeSize: 65_536,
  /** Characters of one request body, as etcd's limit of 1.5 MiB shows through the API server. */
  requestSize: 3_145_728,
  /** Packets in flight at once; more is a storm, and the newest is dropped. */
  packetsInFlight: 20_000,
  /** Times one packet may be forwarded, over and above its own TTL. */
  hops: 64,
  /** Pods that the emulated nodes hold together; kubelets refuse more with OutOfpods. */
  podsPerNode: 110,
} as const;

export type Limits = typeof limits;
