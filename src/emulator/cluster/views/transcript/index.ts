import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

/** Commands of a terminal with what they printed. */
const transcript: View = ({ hosts }, args) => {
  const { terminal = 'main' } = (args ?? {}) as { terminal?: string };
  return hosts.terminals.transcript(terminal) as unknown as Json;
};

export default transcript;
