import { describe, expect, it } from 'vitest';
import { fromCivil, rfc3339 } from '../world/time.ts';
import { lastTime, nextTime, parseCron, type Schedule } from './cron.ts';

const read = (text: string) => parseCron(text) as Schedule;

describe('schedules', () => {
  it.each([
    ['*/5 * * * *', '2026-11-25T09:05:00Z'],
    ['0 0 * * *', '2026-11-26T00:00:00Z'],
    ['30 8 1 jan *', '2027-01-01T08:30:00Z'],
    ['0 12 * * mon-fri', '2026-11-25T12:00:00Z'],
    ['0 12 1 * sun', '2026-11-29T12:00:00Z'],
    ['15/20 9 * * ?', '2026-11-25T09:15:00Z'],
    ['0 0 29 2 *', '2028-02-29T00:00:00Z'],
    ['@hourly', '2026-11-25T10:00:00Z'],
    ['@every 90s', '2026-11-25T09:02:30Z'],
  ])('%s comes next at %s', (text, wanted) => {
    const now = fromCivil(2026, 11, 25, 9, 1);
    expect(rfc3339(nextTime(read(text), now) ?? 0)).toBe(wanted);
  });

  it('are of the time zone that is named', () => {
    const now = fromCivil(2026, 11, 25, 9);
    const seoul = nextTime(read('0 9 * * *'), now, 'Asia/Seoul') ?? 0;
    expect(rfc3339(seoul)).toBe('2026-11-26T00:00:00Z');
    const summer = nextTime(read('0 9 * * *'), fromCivil(2026, 7, 1), 'America/New_York') ?? 0;
    expect(rfc3339(summer)).toBe('2026-07-01T13:00:00Z');
  });

  it('tell the last time that was missed, and how many were', () => {
    const since = fromCivil(2026, 11, 25, 9);
    const found = lastTime(read('*/10 * * * *'), since, fromCivil(2026, 11, 25, 9, 35));
    expect(found.missed).toBe(3);
    expect(rfc3339(found.at ?? 0)).toBe('2026-11-25T09:30:00Z');
  });

  it.each([
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['', 'empty spec string'],
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-3 * * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@never', 'unrecognized descriptor: @never'],
  ])('%s is refused', (text, error) => {
    expect(parseCron(text)).toEqual({ error });
  });
});
