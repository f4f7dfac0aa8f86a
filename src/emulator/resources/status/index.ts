import type { ApiObject } from '../../apimachinery/object.ts';
import { column } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Status extends ApiObject {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Status: an answer of the server, no resource. */
export default storedKind<Status>({
  names: kindNames('Status', 'statuses', { group: 'v1', version: 'v1' }),
  definition: 'V1Status',
  gate: 'answers only',
  columns: [column('Status'), column('Reason'), column('Message')],
  cells: ({ status = '', reason = '', message = '' }) => [status, reason, message],
});
