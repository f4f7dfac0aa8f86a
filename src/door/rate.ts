import type { Socket } from 'node:net';
import type { ApiStatus } from '../emulator/apimachinery/status.ts';

/** Requests that one connection may make in a second, and at once. */
const PER_SECOND = 1_000;
const BURST = 2_000;

interface Bucket {
  left: number;
  at: number;
}

const buckets = new WeakMap<Socket, Bucket>();

/** Counts a request of a connection at a time in milliseconds; whether it was one too many. */
export function isTooFast(socket: Socket, now: number): boolean {
  const bucket = buckets.get(socket) ?? { left: BURST, at: now };
  buckets.set(socket, bucket);
  bucket.left = Math.min(BURST, bucket.left + ((now - bucket.at) * PER_SECOND) / 1_000);
  bucket.at = now;
  if (bucket.left < 1) return true;
  bucket.left -= 1;
  return false;
}

/** What priority and fairness answers to those who ask too much. */
export const tooManyStatus = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Too many requests, please try again later.',
  reason: 'TooManyRequests',
  details: { retryAfterSeconds: 1 },
  code: 429,
} as unknown as ApiStatus;
