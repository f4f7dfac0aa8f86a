import { required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { column, labelText, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import type { PodTemplate as Template } from '../pod-template/shapes.ts';
import { validateTemplate } from '../pod-template/validate.ts';
import { storedKind } from '../stored.ts';
import { templateCells } from '../workload.ts';

interface PodTemplate extends ApiObject {
  readonly template?: Template;
}

/** PodTemplate: a pod's form, kept for whoever makes pods of it. */
export default storedKind<PodTemplate>({
  names: kindNames('PodTemplate', 'podtemplates'),
  definition: 'V1PodTemplate',
  generation: true,
  defaults: (object) => ({ ...object, template: defaultTemplate(object.template) }),
  validate({ template }): FieldError[] {
    if (!template) return [required('template', '')];
    return validateTemplate(template, 'template');
  },
  columns: [
    nameColumn,
    column('Containers', 'string', 'Names of each container in the template.'),
    column('Images', 'string', 'Images referenced by each container in the template.'),
    column('Pod Labels', 'string', 'The labels for the pod template.'),
  ],
  cells: ({ metadata, template }) => [
    metadata.name,
    ...templateCells(template),
    labelText(template?.metadata?.labels),
  ],
});
