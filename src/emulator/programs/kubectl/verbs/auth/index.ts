import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { failed, Failure } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import type { Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import { alignTable } from '../../printers/table.ts';
import { canI } from './can-i.ts';
import { reconcile } from './reconcile.ts';

export default defineCommand({
  name: 'auth',
  use: 'auth [flags]',
  short: 'Inspect authorization',
  commands: [
    canI,
    reconcile,
    {
      name: 'whoami',
      use: 'auth whoami',
      short: 'Experimental: Check self subject attributes',
      flags: printFlags,
      run: whoami,
    },
  ],
});

interface Review extends Obj {
  status?: {
    userInfo?: {
      username?: string;
      uid?: string;
      groups?: string[];
      extra?: Record<string, string[]>;
    };
  };
}

function* whoami(context: Context): Call<void> {
  const printer = printerFor(context);
  const body = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} };
  let review: Review;
  try {
    review = yield* context.client().send<Review>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body,
    });
  } catch (caught) {
    if (!(caught instanceof Failure) || caught.problem.type !== 'status') throw caught;
    if (caught.problem.status.reason !== 'NotFound') throw caught;
    throw failed(
      'the selfsubjectreviews API is not enabled in the cluster\nenable ' +
        'APIServer and feature gate "APISelfSubjectReview"',
    );
  }
  if (printer) {
    yield* printer.print(review, { typed: true });
    return;
  }
  const info = review.status?.userInfo ?? {};
  const rows = ['ATTRIBUTE\tVALUE'];
  if (info.username) rows.push(`Username\t${info.username}`);
  if (info.uid) rows.push(`UID\t${info.uid}`);
  if (info.groups?.length) rows.push(`Groups\t[${info.groups.join(' ')}]`);
  for (const key of Object.keys(info.extra ?? {}).sort()) {
    rows.push(`Extra: ${key}\t[${(info.extra?.[key] ?? []).join(' ')}]`);
  }
  yield* context.out(alignTable(rows));
}
