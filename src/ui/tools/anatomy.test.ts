import { expect, it } from 'vitest';
import { anatomyOf, type AnatomyPod, type AnatomyWish } from './anatomy-math.ts';

const pod = (name: string, more: Partial<AnatomyPod> = {}): AnatomyPod => ({
  ...{ name, labels: 'app=web', ready: true, portName: 'http', listens: '8080' },
  ...more,
});
const wish = (more: Partial<AnatomyWish> = {}): AnatomyWish => ({
  ...{ selector: 'app=web', port: '80', target: '8080', publishNotReady: false },
  pods: [pod('web-1'), pod('web-2', { ready: false }), pod('db-1', { labels: 'app=db' })],
  ...more,
});

it('follows selector, readiness and ports from the labels to the rules', () => {
  const found = anatomyOf(wish());
  expect(found).toMatchObject({ chosen: ['web-1', 'web-2'], end: 'all', ready: 1 });
  expect(found?.slice.endpoints).toHaveLength(2);
  expect(found?.rules.filter((line) => line.includes('DNAT'))).toHaveLength(1);
});

it.each([
  [{ selector: 'app=api' }, 'none'],
  [{ pods: [pod('web-1', { ready: false })] }, 'notReady'],
  [{ target: 'metrics' }, 'noPort'],
  [{ target: 'http' }, 'all'],
  [{ target: '9090' }, 'closed'],
  [{ pods: [pod('web-1'), pod('web-2', { listens: '81' })] }, 'some'],
  [{ publishNotReady: true }, 'all'],
])('%j ends in %s', (more, end) => {
  expect(anatomyOf(wish(more))?.end).toBe(end);
});

it('says no to a port that is none', () => {
  expect(anatomyOf(wish({ port: '0' }))).toBeUndefined();
  expect(anatomyOf(wish({ target: '70000' }))).toBeUndefined();
});
