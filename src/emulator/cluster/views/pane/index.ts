import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

/**
 * The file that a program of the workstation has lent to the page's editor (`pane FILE`), with its
 * text and the name of the file that gives it back; null where none is lent.
 */
const pane: View = ({ hosts }) => {
  const files = hosts.files('workstation');
  const names = files.list('/tmp');
  if (typeof names === 'string') return null;
  const lent = names.find((name) => /^\.pane-\d+$/.test(name));
  const path = lent === undefined ? undefined : files.read(`/tmp/${lent}`);
  if (lent === undefined || typeof path !== 'object') return null;
  const found = files.read(path.text);
  const text = typeof found === 'object' ? found.text : '';
  return { path: path.text, text, done: `/tmp/${lent}.done` } satisfies Json;
};

export default pane;
