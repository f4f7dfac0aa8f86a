/** Where the daemon tells its probes how it does. */
export const HEALTH = '/run/calico-node-health';

export interface Health {
  readonly felix: boolean;
  /** Peers with which no session is up. */
  readonly waiting: readonly string[];
  readonly established: number;
}
