import { expect, it } from 'vitest';
import { boot } from '../emulator/cluster/boot.ts';
import { createAnswers } from './answer.ts';
import type { DryRunAnswer, FieldsAnswer, KindsAnswer } from './protocol.ts';

const cluster = boot('two-nodes', { seed: 7 });
const answer = createAnswers(cluster, () => undefined);

it('tells of fields as the served schema has them', () => {
  const at = (...path: string[]) =>
    answer({ about: 'fields', apiVersion: 'v1', kind: 'Service', path }) as unknown as FieldsAnswer;
  const spec = at('spec').fields.map(({ name }) => name);
  expect(spec).toEqual(expect.arrayContaining(['ports', 'selector', 'type', 'clusterIP']));
  expect(at('spec', 'type').values).toContain('NodePort');
  expect(at('spec', 'ports')).toMatchObject({ type: '[]object' });
  expect(at('spec', 'ports').fields.find(({ name }) => name === 'port')?.required).toBe(true);
  expect(at('spec', 'selector').type).toBe('map[string]string');
  expect(at('spec', 'ports', 'port').description).toContain('exposed by this service');
  expect(at('spec', 'nothing')).toBeNull();
  const kinds = answer({ about: 'kinds' }) as unknown as KindsAnswer;
  expect(kinds).toContainEqual({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' });
});

it('says what the API server would say, and changes nothing', () => {
  const revision = cluster.world.store.revision;
  const say = (text: string) => answer({ about: 'dry-run', text }) as unknown as DryRunAnswer;
  const head = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n';
  const service = (port: number, more = '') => `${head}  - port: ${port}\n${more}`;
  expect(say(service(80))).toEqual({ busy: false, refusals: [] });
  expect(say(`${service(80)}---\n${service(70000)}`).refusals).toEqual([
    {
      document: 1,
      text: expect.stringContaining('spec.ports[0].port: Invalid value: 70000') as string,
      warning: false,
    },
  ]);
  const unknown = say(service(80, '  portz: 1\n')).refusals[0]?.text;
  expect(unknown).toContain('unknown field "spec.portz"');
  expect(cluster.world.store.revision).toBe(revision);
  expect(cluster.objects('services', 'default').map(({ metadata }) => metadata.name)).toEqual([
    'kubernetes',
  ]);
});
