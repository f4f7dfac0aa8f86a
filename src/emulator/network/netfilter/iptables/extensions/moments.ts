// Dates as numbers of seconds since 1970, in UTC, without a clock of its own.

/** Days since 1970-01-01 of a date. */
function daysTo(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
  );
}

/** Year, month, day and weekday (Monday is 0) of a moment. */
export function dayOf(moment: number): {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
} {
  const days = Math.floor(moment / 86_400);
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * shifted + 2) / 5) + 1,
    weekday: (((days + 3) % 7) + 7) % 7,
  };
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
  return daysTo(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
}

/** A moment as `YYYY-MM-DDThh:mm:ss`. */
export function textMoment(moment: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const { year, month, day } = dayOf(moment);
  const inDay = ((moment % 86_400) + 86_400) % 86_400;
  const clock = [Math.floor(inDay / 3600), Math.floor(inDay / 60) % 60, inDay % 60].map(two);
  return `${year}-${two(month)}-${two(day)}T${clock.join(':')}`;
}
