import { column, nameColumn, ageColumn, ageOf } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { defaultWebhooks, validateWebhooks, type WebhookConfiguration } from '../webhooks.ts';

/** ValidatingWebhookConfiguration: whom the API server would ask; it asks nobody here. */
export default storedKind<WebhookConfiguration>({
  names: kindNames('ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  definition: 'V1ValidatingWebhookConfiguration',
  generation: true,
  defaults: (object) => defaultWebhooks(object, false),
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
