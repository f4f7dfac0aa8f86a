import en from './en.json';
import ko from './ko.json';

/** A part of the page: what it is about, in sentences, and what one types for it. */
export interface ConnectPart {
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly commands?: string;
  /** What is said after the commands. */
  readonly after?: readonly string[];
}

interface ConnectPage {
  readonly title: string;
  readonly lead: string;
  readonly parts: readonly ConnectPart[];
}

/** How to connect one's own clients, in both languages; commands are the same in both. */
export const connectTexts: Readonly<Record<'ko' | 'en', ConnectPage>> = { ko, en };

/** What the door says when it opens. */
export const doorSays = `Serving on https://127.0.0.1:6443, until Ctrl-C.
Bearer token of the administrator: …
export KUBECONFIG=/tmp/podways-4242/config`;
