import { expect, it } from 'vitest';
import { zoneAbbreviation } from '../../apimachinery/time-zone.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { inZone, localZone } from './local-time.ts';

it('writes times, and only times, in the zone of TZ', () => {
  const object = {
    metadata: {
      creationTimestamp: '2017-06-05T04:45:56Z',
      annotations: { restartedAt: '2017-06-05T04:45:56Z' },
    },
  };
  expect(inZone(object, localZone('America/Los_Angeles'))).toEqual({
    metadata: {
      creationTimestamp: '2017-06-04T21:45:56-07:00',
      annotations: { restartedAt: '2017-06-05T04:45:56Z' },
    },
  });
  expect(localZone('Nowhere/Land')).toBe('UTC');
});

it('knows the letters of zones', () => {
  const at = parseRfc3339('2026-07-01T00:00:00Z') ?? 0;
  const names = ['America/Los_Angeles', 'Asia/Seoul', 'Europe/Berlin', 'America/Sao_Paulo'];
  expect(names.map((name) => zoneAbbreviation(name, at))).toEqual(['PDT', 'KST', 'CEST', '-03']);
});
