import type { Json } from '../../world/json.ts';

/** Where a terminal's record lies. */
export const recordKey = (id: string) => `/terminal/${id}`;
/** The line that is being edited, so that a save has it. */
export const editorKey = (id: string) => `/volatile/editor/${id}`;

/** Takes away all that is kept of a terminal. */
export function nothingOf(
  id: string,
): { readonly key: string; readonly value: Json | undefined }[] {
  const keys = [recordKey(id), editorKey(id), `/volatile/screen/${id}`];
  return [...keys, `/volatile/transcript/${id}`].map((key) => ({ key, value: undefined }));
}
