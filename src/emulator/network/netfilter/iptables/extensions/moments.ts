import { civil, fromCivil, rfc3339, SECOND } from '../../../../world/time.ts';

/** Day of the month and weekday (Monday is 0) of a moment in seconds since 1970, in UTC. */
export function dayOf(moment: number): { readonly day: number; readonly weekday: number } {
  const { day, weekday } = civil(moment * SECOND);
  return { day, weekday: (weekday + 6) % 7 };
}

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` as seconds; undefined if it is none. */
export function readMoment(text: string): number | undefined {
  const found =
    /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/.exec(
      text,
    );
  if (!found) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((each, index) => (each === undefined ? [0, 1, 1][index] : Number(each)))
    .map((each) => each ?? 0);
  const fine = year >= 1970 && year <= 2038 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!fine || hour > 23 || minute > 59 || second > 59) return undefined;
  return fromCivil(year, month, day, hour, minute, second) / SECOND;
}

/** A moment as `YYYY-MM-DDThh:mm:ss`. */
export const textMoment = (moment: number): string => rfc3339(moment * SECOND).slice(0, -1);
