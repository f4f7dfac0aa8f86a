import type { Status } from './status.ts';
import type { ExitStatus } from '../emulator/host/syscalls.ts';
import type { Query } from '../emulator/apiserver/route.ts';
import type { Place, Streams } from '../emulator/cluster/outside-streams.ts';
import { bytesOf, createDecoder } from './bytes.ts';
import type { DoorParts } from './parts.ts';
import { exitStatus, notStarted, success } from './status.ts';

/** The channels between a client and a command, whatever carries them. */
export interface Channels {
  stdout(data: Buffer): void;
  stderr(data: Buffer): void;
  /** Tells how it ended, and ends the connection. */
  finish(status: Status): void;
  onInput(listener: (data: Buffer) => void): void;
  onInputEnd(listener: () => void): void;
  onResize(listener: (columns: number, rows: number) => void): void;
  onClose(listener: () => void): void;
  /** Bytes that the client has not taken yet. */
  waiting(): number;
  pause(paused: boolean): void;
}

/** Bytes on their way to a slow client; the command waits while there are more. */
const AHEAD = 1024 * 1024;
/** Characters that a command has not read; the client waits while there are more. */
const UNREAD = 64 * 1024;
/** How long a terminal's size is waited for before a command starts without it. */
const SIZE_MILLIS = 100;

/** Runs a command of `exec`, or joins a container for `attach`, over channels. */
export function runRemote(
  parts: DoorParts,
  verb: 'exec' | 'attach',
  place: Place,
  query: Query,
  channels: Channels,
): void {
  const tty = query.flag('tty');
  let begun = false;
  const begin = (size?: { readonly columns: number; readonly rows: number }) => {
    if (begun) return;
    begun = true;
    start(parts, verb, place, query, channels, size);
  };
  if (!tty) return begin();
  const timer = setTimeout(begin, SIZE_MILLIS);
  channels.onClose(() => {
    clearTimeout(timer);
    begun = true;
  });
  channels.onResize((columns, rows) => {
    clearTimeout(timer);
    begin({ columns, rows });
  });
}

function start(
  { cluster, pace }: DoorParts,
  verb: 'exec' | 'attach',
  place: Place,
  query: Query,
  channels: Channels,
  size?: { readonly columns: number; readonly rows: number },
): void {
  const command = query.all('command');
  const asked = { stdin: query.flag('stdin'), tty: query.flag('tty'), ...size };
  const { outside } = cluster;
  pace.catchUp();
  const streams =
    verb === 'exec' ? outside.exec(place, command, asked) : outside.attach(place, asked);
  if (typeof streams === 'string') {
    const id = cluster.world.chance.hex(`exec ${place.sandbox} ${cluster.world.clock.now}`, 64);
    return channels.finish(notStarted(command[0] ?? '', streams, id));
  }
  pace.waits(1);
  let over = false;
  const pump = () => {
    if (over) return;
    if (channels.waiting() < AHEAD) give(streams, channels);
    channels.pause(streams.unread() > UNREAD);
    const ended = streams.status();
    if (!ended || channels.waiting() >= AHEAD) return;
    give(streams, channels);
    leave();
    channels.finish(verb === 'exec' ? ofExit(ended) : success);
  };
  const stop = pace.onPassed(pump);
  const leave = () => {
    if (over) return;
    over = true;
    pace.waits(-1);
    stop();
    streams.leave();
  };
  const decode = createDecoder();
  channels.onInput((data) => {
    if (over) return;
    streams.write(decode(data));
    pace.catchUp();
  });
  channels.onInputEnd(() => over || streams.closeInput());
  channels.onResize((columns, rows) => over || streams.resize(columns, rows));
  channels.onClose(leave);
  pump();
}

function give(streams: Streams, channels: Channels): void {
  const { stdout, stderr } = streams.take();
  // Warnings come first: `cp` has all that it wants once the output has ended.
  if (stderr !== '') channels.stderr(bytesOf(stderr));
  if (stdout !== '') channels.stdout(bytesOf(stdout));
}

const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

function ofExit(ended: ExitStatus): Status {
  return exitStatus('exited' in ended ? ended.exited : 128 + (numbers[ended.signalled] ?? 0));
}
