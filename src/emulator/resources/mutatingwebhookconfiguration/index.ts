import { column, nameColumn, ageColumn, ageOf } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { defaultWebhooks, validateWebhooks, type WebhookConfiguration } from '../webhooks.ts';

/** MutatingWebhookConfiguration: whom the API server would ask; it asks nobody here. */
export default storedKind<WebhookConfiguration>({
  names: kindNames('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  definition: 'V1MutatingWebhookConfiguration',
  generation: true,
  defaults: (object) => defaultWebhooks(object, true),
  validate: validateWebhooks,
  columns: [
    nameColumn,
    column(
      'Webhooks',
      'integer',
      'Webhooks indicates the number of webhooks registered in this configuration',
    ),
    ageColumn,
  ],
  cells: (object, now) => [object.metadata.name, object.webhooks?.length ?? 0, ageOf(object, now)],
});
