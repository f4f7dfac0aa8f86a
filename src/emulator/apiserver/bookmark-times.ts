import type { Micros } from '../world/json.ts';

const SECOND = 1_000_000;
/** Watches without an end hear from time to time up to where they have heard of everything. */
const HEARTBEAT = 60 * SECOND;
/** So long before its end a watch is told for the last time. */
const BEFORE_END = 2 * SECOND;

/**
 * When a watch gets its next bookmark (`nextBookmarkTime` of the watch cache): shortly before its
 * end, else every minute. The cache looks each second for those whose second has begun, so that
 * one comes up to a second early, and then a second time.
 */
export function nextBookmark(now: Micros, end: Micros | undefined): Micros {
  const second = (time: Micros) => Math.floor(time / SECOND) * SECOND;
  const last = end === undefined ? Infinity : end - BEFORE_END;
  const wanted = last > now && last < now + HEARTBEAT ? last : now + HEARTBEAT;
  return Math.max(second(wanted), second(now) + SECOND);
}
