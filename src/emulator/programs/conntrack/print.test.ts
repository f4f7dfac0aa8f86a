import { expect, it } from 'vitest';
import { printFlow } from './print.ts';

it('prints an unanswered flow and a translated one', () => {
  const ends = (
    source: string,
    destination: string,
    sourcePort: number,
    destinationPort: number,
  ) => ({
    protocol: 'tcp' as const,
    source,
    destination,
    sourcePort,
    destinationPort,
  });
  const flow = {
    original: ends('10.244.1.3', '10.96.10.10', 40000, 80),
    reply: ends('10.244.2.2', '10.244.1.3', 8080, 40000),
    state: 'ESTABLISHED',
    replied: true,
    assured: true,
    dnat: true,
    snat: false,
    mark: 0,
    created: 0,
    expires: 120_900_000,
  };
  const reply = 'src=10.244.2.2 dst=10.244.1.3 sport=8080 dport=40000';
  const original = 'src=10.244.1.3 dst=10.96.10.10 sport=40000 dport=80';
  expect(printFlow(flow, 0, {})).toBe(
    `tcp      6 120 ESTABLISHED ${original} ${reply} [ASSURED] mark=0 use=1`,
  );
  expect(
    printFlow({ ...flow, state: 'SYN_SENT', replied: false, assured: false }, 0, {
      extended: true,
    }),
  ).toBe(`ipv4     2 tcp      6 120 SYN_SENT ${original} [UNREPLIED] ${reply} mark=0 use=1`);
});
