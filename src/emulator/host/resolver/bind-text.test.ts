import { expect, it } from 'vitest';
import { questionLine, recordLine } from './bind-text.ts';

it('sets records in columns, with one blank where a name is too long', () => {
  const line = (name: string, type: string, data: string) =>
    recordLine({ name, type, ttl: 30, data });
  expect(line('web.', 'A', '10.96.0.1')).toBe('web.\t\t\t30\tIN\tA\t10.96.0.1');
  expect(line('web.default.svc.cluster.local.', 'A', '10.96.0.1')).toBe(
    'web.default.svc.cluster.local. 30 IN\tA\t10.96.0.1',
  );
  expect(line('dual.default.svc.cluster.local.', 'A', '10.96.0.1')).toBe(
    'dual.default.svc.cluster.local.\t30 IN\tA\t10.96.0.1',
  );
  expect(line('_https._tcp.kubernetes.default.svc.cluster.local.', 'SRV', '0 100 443 a.')).toBe(
    '_https._tcp.kubernetes.default.svc.cluster.local. 30 IN\tSRV 0 100 443 a.',
  );
  expect(questionLine({ name: 'kubernetes.default.svc.cluster.local.', type: 'A' })).toBe(
    ';kubernetes.default.svc.cluster.local. IN A',
  );
});
