/** Where bird tells of its sessions; the real one answers on a socket of this name. */
export const BIRD_STATE = '/var/run/calico/bird.ctl';

/** A session as `birdcl show protocols` has it. */
export interface BirdPeer {
  readonly name: string;
  readonly address: string;
  readonly state: 'up' | 'start';
  /** Time of day of the last change. */
  readonly since: string;
  readonly info: string;
}

export interface BirdState {
  readonly peers: readonly BirdPeer[];
}
