import { Facet } from '@codemirror/state';

/** Whether the open file is YAML: its fields are completed and its faults are looked for. */
export const manifest = Facet.define<boolean, boolean>({
  combine: (values) => values.includes(true),
});
