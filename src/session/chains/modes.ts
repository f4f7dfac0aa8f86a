import type { ModeView, ProxyModeName } from './api.ts';
import type { ChainFacts } from './facts.ts';
import { iptablesView } from './iptables.ts';
import { ipvsView } from './ipvs.ts';
import { nftablesView } from './nftables.ts';

/** How the port looks in one mode. */
export interface ModeViewer {
  readonly mode: ProxyModeName;
  readonly view: (facts: ChainFacts, active: boolean) => ModeView;
}

/** The modes side by side, the present default first. */
export const modeViews: readonly ModeViewer[] = [
  { mode: 'iptables', view: iptablesView },
  { mode: 'nftables', view: nftablesView },
  { mode: 'ipvs', view: ipvsView },
];
