import { base64ToBytes, encodeBase64 } from '../../world/base64.ts';
import { rfc3339 } from '../../world/time.ts';
import { readRequest } from '../../x509/request.ts';
import type { SigningRequest } from '../../resources/certificatesigningrequest/shapes.ts';
import type { Controller } from '../controller.ts';
import { certificateFor } from './issue.ts';
import { usageError } from './signers.ts';

const RESOURCE = 'certificatesigningrequests.certificates.k8s.io';

/** Signs what was approved, with the cluster's authority. */
const controller: Controller = {
  name: 'certificatesigningrequest-signing-controller',
  account: 'certificate-controller',
  watches: [RESOURCE],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return [changed.metadata.name];
  },
  *reconcile(name, api) {
    const wanted = yield* api.get<SigningRequest>(RESOURCE, undefined, name);
    if (!wanted || wanted.status?.certificate) return;
    const conditions = wanted.status?.conditions ?? [];
    const has = (type: string) => conditions.some((each) => each.type === type);
    if (!has('Approved') || has('Denied') || has('Failed')) return;
    const { request: text, signerName = '', usages = [] } = wanted.spec ?? {};
    const pem = new TextDecoder().decode(base64ToBytes(text ?? ''));
    const request = readRequest(pem);
    const wrong = request ? usageError(signerName, request, usages) : undefined;
    if (wrong === 'foreign' || !request?.key) return;
    if (wrong !== undefined) {
      const at = rfc3339(api.now);
      const failed = {
        type: 'Failed',
        status: 'True',
        reason: 'SignerValidationFailure',
        message: wrong,
        lastUpdateTime: at,
        lastTransitionTime: at,
      };
      const status = { ...wanted.status, conditions: [...conditions, failed] };
      yield* api.updateStatus(RESOURCE, { ...wanted, status });
      return;
    }
    const draw = (purpose: string, below: number) => api.chance.integer(purpose, below);
    const serial = Uint8Array.from({ length: 16 }, (_, index) =>
      draw(`certificate/${wanted.metadata.uid}/${index}`, 256),
    );
    const certificate = certificateFor(request, request.key, {
      usages,
      now: api.now,
      serial,
      ...(wanted.spec?.expirationSeconds && { seconds: wanted.spec.expirationSeconds }),
    });
    const status = { ...wanted.status, certificate: encodeBase64(certificate) };
    yield* api.updateStatus(RESOURCE, { ...wanted, status });
  },
};

export default controller;
