import { BIRD_STATE, type BirdPeer, type BirdState } from '../../cni/calico/bird-state.ts';
import { isErrno, strerror } from '../../host/errno.ts';
import type { DaemonMessage, DaemonSys, Fd } from '../../host/syscalls.ts';
import type { Peer, PeerType } from './peers.ts';
import { MILLISECOND, rfc3339, SECOND } from '../../world/time.ts';

const PORT = 179;
const RETRY = 5 * SECOND;
const KEEPALIVE = 60 * SECOND;
const HOLD = 180 * SECOND;
/** So long routes of a peer that went away are kept (graceful restart). */
export const STALE = 120 * SECOND;

/** A peer that is silent is let go, and what it told is forgotten at once. */
const EXPIRED = 'BGP Error: Hold timer expired';

/** A session with another node. */
interface Session {
  readonly address: string;
  readonly type: PeerType;
  readonly fd?: Fd;
  readonly up: boolean;
  readonly since: number;
  /** When the session was lost; its routes go some time after that. */
  readonly lost?: number;
  /** Why it is not up, as bird's list of protocols says it. */
  readonly why?: string;
  readonly heard: number;
}

type Stored = Session & Record<string, never>;

const key = (address: string) => `bgp/${address}`;
const sessions = (sys: DaemonSys): readonly Session[] =>
  sys.memories('bgp/').map(([, value]) => value as unknown as Session);

function write(sys: DaemonSys, session: Session): void {
  sys.remember(key(session.address), session as unknown as Stored);
}

/** Begins to listen for peers. */
export function startBgp(sys: DaemonSys): void {
  sys.listen({ address: '0.0.0.0', port: PORT });
  sys.setTimer('keepalive', KEEPALIVE);
}

/** Opens sessions to new peers and ends those of nodes that are gone; the lower address calls. */
export function keepSessions(
  sys: DaemonSys,
  own: string,
  peers: readonly Peer[],
  mesh: boolean,
): void {
  sys.remember('mesh', mesh);
  for (const session of sessions(sys)) {
    if (peers.some(({ address }) => address === session.address)) continue;
    if (session.fd !== undefined) sys.close(session.fd);
    sys.remember(key(session.address), undefined);
  }
  for (const { address, type } of peers) {
    const known = sys.memory<Stored>(key(address));
    if (!known) write(sys, { address, type, up: false, since: sys.now, heard: sys.now });
    if (known?.fd === undefined && number(own) < number(address)) dial(sys, address);
  }
  tellState(sys);
}

const number = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function dial(sys: DaemonSys, address: string): void {
  const session = sys.memory<Stored>(key(address)) as Session | undefined;
  if (!session || session.fd !== undefined) return;
  const fd = sys.dial({ address, port: PORT });
  if (isErrno(fd)) sys.setTimer(`dial/${address}`, RETRY);
  else write(sys, { ...session, fd });
}

/** Routes of these peers count: their sessions are up, or were so until a moment ago. */
export function heardPeers(sys: DaemonSys): ReadonlySet<string> {
  const counts = ({ up, lost }: Session) => up || (lost !== undefined && sys.now - lost < STALE);
  return new Set(
    sessions(sys)
      .filter(counts)
      .map(({ address }) => address),
  );
}

/** Addresses of peers with which no session is up. */
export function silentPeers(sys: DaemonSys): readonly string[] {
  return sessions(sys)
    .filter(({ up }) => !up)
    .map(({ address }) => address);
}

/** Takes a message of a session's socket; gives whether a session came up or went down. */
export function onSocket(sys: DaemonSys, message: DaemonMessage & { type: 'socket' }): boolean {
  const { fd } = message;
  if (message.event === 'accepted' && message.acceptedFd !== undefined) {
    const { address } = message.peer;
    const type = sys.memory<Stored>(key(address))?.type ?? 'Mesh';
    // Who is no peer is not talked to; while there is a mesh, all nodes are.
    const known = sys.memory(key(address)) !== undefined || sys.memory('mesh') !== false;
    if (known) return established(sys, { address, type }, message.acceptedFd);
    sys.close(message.acceptedFd);
    return false;
  }
  const session = sessions(sys).find((each) => each.fd === fd);
  if (!session) return false;
  switch (message.event) {
    case 'connected':
      return established(sys, session, fd);
    case 'data':
      write(sys, { ...session, heard: sys.now });
      return false;
    case 'failed':
      return down(sys, session, `Socket: ${strerror(message.errno)}`);
    case 'end':
      return down(sys, session, 'Socket: Connection closed');
    case 'reset':
      return down(sys, session, 'Socket: Connection reset by peer');
    default:
      return false;
  }
}

function established(sys: DaemonSys, { address, type }: Peer, fd: Fd): boolean {
  write(sys, { address, type, fd, up: true, since: sys.now, heard: sys.now });
  tellState(sys);
  return true;
}

/** The session is gone; with `atOnce` its routes are, too. */
function down(sys: DaemonSys, session: Session, why: string, atOnce = false): boolean {
  const { address, type, fd, up, since, lost } = session;
  if (fd !== undefined) sys.close(fd);
  const when = atOnce ? undefined : up ? sys.now : lost;
  const changed = up ? sys.now : since;
  const base = { address, type, up: false, since: changed, heard: sys.now, why };
  write(sys, { ...base, ...(when === undefined ? {} : { lost: when }) });
  sys.setTimer(`dial/${address}`, RETRY);
  tellState(sys);
  return up;
}

/** The timers of sessions; gives whether it was one of them. */
export function* onTimer(sys: DaemonSys, name: string, own: string) {
  if (name.startsWith('dial/')) {
    const address = name.slice('dial/'.length);
    if (number(own) < number(address)) dial(sys, address);
    return true;
  }
  if (name !== 'keepalive') return false;
  sys.setTimer('keepalive', KEEPALIVE);
  for (const session of sessions(sys)) {
    if (!session.up || session.fd === undefined) continue;
    if (sys.now - session.heard <= HOLD) yield* sys.write(session.fd, 'KEEPALIVE');
    else if (down(sys, session, EXPIRED, true)) sys.setTimer('sync', MILLISECOND);
  }
  return true;
}

function tellState(sys: DaemonSys): void {
  const peers = sessions(sys)
    .toSorted((a, b) => number(a.address) - number(b.address))
    .map(({ address, type, up, since, why, fd }): BirdPeer => ({
      name: `${type}_${address.replaceAll('.', '_')}`,
      address,
      state: up ? 'up' : 'start',
      since: rfc3339(since).slice(11, 19),
      info: up ? 'Established' : [fd === undefined ? 'Active' : 'Connect', why].join(' ').trim(),
    }));
  const state: BirdState = { peers };
  sys.files.write(BIRD_STATE, JSON.stringify(state));
}
