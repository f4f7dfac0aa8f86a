import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { TlsSession } from '../../host/tls/client.ts';
import { civil } from '../../world/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Settings } from './settings.ts';

/** wget's own exit codes. */
export const EXIT = { ok: 0, generic: 1, network: 4, ssl: 5, server: 8 } as const;

/** A connection that stays open for a further request to the same place. */
export interface Kept {
  readonly fd: Fd;
  readonly host: string;
  readonly port: number;
  readonly scheme: string;
}

/** What one run has in hand. */
export interface Session {
  readonly sys: Sys;
  readonly settings: Settings;
  /** Addresses that were looked up, by name. */
  readonly known: Map<string, readonly string[]>;
  kept: Kept | undefined;
  /** What secures connections, by their descriptors. */
  readonly secured: Map<Fd, TlsSession>;
  /** Whom certificates are believed from; read when it is needed. */
  authorities?: Certificate[];
  files: number;
  bytes: number;
  transferTime: number;
}

/** Says something that neither `-q` nor `-nv` lets through. */
export function* tell({ sys, settings }: Session, text: string): Call<void> {
  if (settings.verbose) yield* sys.write(2, text);
}

/** Says something that only `-q` keeps back. */
export function* warn({ sys, settings }: Session, text: string): Call<void> {
  if (!settings.quiet) yield* sys.write(2, text);
}

const two = (n: number) => String(n).padStart(2, '0');

/** `2026-11-25 09:00:00`. */
export function stamp({ sys }: Session): string {
  const c = civil(sys.now);
  const day = `${c.year}-${two(c.month)}-${two(c.day)}`;
  return `${day} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

/** Closes the connection that was kept. */
export function dropKept(session: Session): void {
  if (session.kept) session.sys.close(session.kept.fd);
  session.kept = undefined;
}
