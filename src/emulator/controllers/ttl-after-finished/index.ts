import type { Job } from '../../resources/job-shapes.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import { splitKey, type Controller } from '../controller.ts';

/** Takes away Jobs that finished a while ago (`pkg/controller/ttlafterfinished`). */
const controller: Controller = {
  name: 'ttl-after-finished-controller',
  watches: ['jobs.batch'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    const { metadata, spec } = changed as Job;
    return spec.ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp
      ? []
      : [`${metadata.namespace}/${metadata.name}`];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const job = yield* api.get<Job>('jobs.batch', namespace, name);
    const ttl = job?.spec.ttlSecondsAfterFinished;
    const end = job?.status?.conditions?.find(
      ({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True',
    );
    const at = parseRfc3339(end?.lastTransitionTime ?? '');
    if (!job || ttl === undefined || at === undefined || job.metadata.deletionTimestamp) return;
    const left = at + ttl * SECOND - api.now;
    if (left > 0) return left;
    const preconditions = { uid: job.metadata.uid };
    yield* api.delete('jobs.batch', namespace, name, {
      propagationPolicy: 'Foreground',
      preconditions,
    });
  },
};

export default controller;
