import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';
import { SENT } from '../../send-packet.ts';

/** The way of the last packet that was sent from the picture. */
const trace: View = ({ world }) => world.store.get<Json>(SENT) ?? null;

export default trace;
