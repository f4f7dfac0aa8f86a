import type { SessionClient } from '../../session/client.ts';
import type { TraceRequest } from '../../session/trace/api.ts';
import type { Language } from '../strings/strings.ts';
import type { LensName } from './names.ts';

export type { LensName } from './names.ts';

/** What each of them can do. */
export interface Lens extends HTMLElement {
  language: Language;
  closable: boolean;
  attach(client: SessionClient): void;
  follow?(request: TraceRequest): Promise<void>;
  /** Follows what the last command of the terminal sent. */
  last?(): Promise<void>;
  terminal?: () => string;
  /** Told when it is shown again. */
  shown?(): void;
}

const tags = { trace: 'pw-tracer', chains: 'pw-chains', matrix: 'pw-matrix' } as const;
const loaders = {
  trace: () => import('../trace/tracer.ts'),
  chains: () => import('../chains/chains.ts'),
  matrix: () => import('../matrix/matrix.ts'),
} as const;

/** Where lenses stand on a page. */
export interface LensHost {
  readonly host: HTMLElement;
  readonly client: SessionClient;
  readonly language: Language;
  readonly closable: boolean;
  /** The terminal whose last command can be traced. */
  readonly terminal?: () => string;
}

/** Shows one lens in its host and gives it; another that stood there is hidden, not lost. */
export async function openLens(at: LensHost, name: LensName): Promise<Lens> {
  await loaders[name]();
  const { host, client, language, closable, terminal } = at;
  let lens = host.querySelector<Lens>(tags[name]);
  if (!lens) {
    lens = document.createElement(tags[name]) as Lens;
    lens.language = language;
    lens.closable = closable;
    if (terminal) lens.terminal = terminal;
    host.append(lens);
    lens.attach(client);
    lens.addEventListener('pw-trace', (event) => {
      void openLens(at, 'trace').then((tracer) =>
        tracer.follow?.((event as CustomEvent<TraceRequest>).detail),
      );
    });
  }
  for (const each of host.children) (each as HTMLElement).hidden = each !== lens;
  host.hidden = false;
  lens.shown?.();
  return lens;
}
