import { internalStatus, type ApiStatus } from '../emulator/apimachinery/status.ts';

export type Status = ApiStatus;

const base = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;

/** A command that ended with 0, or a stream that came to its end. */
export const success: Status = { ...base, status: 'Success' } as unknown as Status;

/** How a command ended, as the error channel tells it. */
export function exitStatus(code: number): Status {
  if (code === 0) return success;
  return {
    ...base,
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  } as unknown as Status;
}

/** Why the runtime did not start a command. */
export function notStarted(program: string, errno: string, id: string): Status {
  const why =
    errno === 'EACCES'
      ? `exec: "${program}": permission denied`
      : program.includes('/')
        ? `exec: "${program}": stat ${program}: no such file or directory`
        : `exec: "${program}": executable file not found in $PATH`;
  const inside =
    'error executing command in container: failed to exec in container: failed to start exec ' +
    `"${id}": OCI runtime exec failed: exec failed: unable to start container process: ${why}`;
  return internalStatus(inside);
}

/**
 * A refusal as the API server hands it on where it puts the kubelet's streams into a WebSocket: it
 * is an error of its own then (`StreamTranslator`).
 */
export function translated(status: Status): Status {
  if (status.status === 'Success' || status.reason !== 'InternalError') return status;
  return internalStatus(status.message ?? '');
}
