import type { Json, Micros } from '../emulator/world/json.ts';
import type { ChainsRequest, SpreadRequest } from './chains/api.ts';
import type { MatrixMoment, MatrixPort } from './matrix/api.ts';
import type { TraceRequest } from './trace/api.ts';

/** A restorable moment: its number, the virtual time, and the input it came after. */
export interface Mark {
  readonly id: number;
  readonly at: Micros;
  readonly label: string;
}

/** What a human does. Inputs and the seed are all that a session is made of. */
export type Input =
  /** Keys as xterm's onData gives them; the emulator's line discipline reads them. */
  | { readonly type: 'keys'; readonly terminal: string; readonly data: string }
  /** A whole line, as if typed and entered (terminal blocks, the phone's command line). */
  | { readonly type: 'line'; readonly terminal: string; readonly text: string }
  | {
      readonly type: 'open-terminal';
      readonly terminal: string;
      readonly columns: number;
      readonly rows: number;
      readonly host?: string;
    }
  | {
      readonly type: 'resize';
      readonly terminal: string;
      readonly columns: number;
      readonly rows: number;
    }
  /** Hangs up: what runs there ends, and the terminal is gone. */
  | { readonly type: 'close-terminal'; readonly terminal: string }
  | { readonly type: 'write-file'; readonly path: string; readonly text: string }
  /** Sends a packet by the topology picture: from a pod (`default/web`) to a name or address. */
  | { readonly type: 'send-packet'; readonly from: string; readonly to: string };

/** One command as it was run, for the transcript beside the terminal. */
export interface TranscriptEntry {
  readonly terminal: string;
  readonly prompt: string;
  readonly command: string;
  readonly output: string;
  readonly exit: number | undefined;
  readonly running: boolean;
}

/** The picture's view of the cluster (`view` name `topology`). */
export interface TopologyView {
  readonly nodes: readonly {
    readonly name: string;
    readonly address: string;
    readonly ready: boolean;
    readonly controlPlane: boolean;
    /** The bridge that joins its pods; '' where each has a route of its own. */
    readonly bridge: string;
    readonly pods: readonly {
      readonly namespace: string;
      readonly name: string;
      readonly address: string;
      readonly phase: string;
      readonly ready: boolean;
      readonly hostNetwork: boolean;
      readonly system: boolean;
      readonly labels: Readonly<Record<string, string>>;
    }[];
  }[];
  readonly services: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly type: string;
    readonly clusterIP: string;
    readonly ports: readonly string[];
    /** `namespace/name` of pods in its slices, with their readiness. */
    readonly endpoints: readonly {
      readonly pod?: string;
      readonly address: string;
      readonly ready: boolean;
    }[];
    readonly system: boolean;
  }[];
}

/** Files in the learner's home (`view` name `files`, args `{path}` for the one that is open). */
export interface FilesView {
  readonly home: string;
  /** Paths from the home. */
  readonly files: readonly string[];
  readonly open?: { readonly path: string; readonly text: string | null };
}

/** A file lent to the page's editor (`view` name `pane`), and what is written to give it back. */
export type PaneView = {
  readonly path: string;
  readonly text: string;
  readonly done: string;
} | null;

/** A node's rules (`view` name `rules`, args `{node}`), as `iptables -S` prints them. */
export interface RulesView {
  readonly nodes: readonly string[];
  readonly node: string;
  readonly chains: readonly {
    readonly table: string;
    readonly chain: string;
    readonly rules: readonly { readonly text: string; readonly packets: number }[];
  }[];
}

/** Terminals that are open (`view` name `terminals`). */
export type TerminalsView = readonly { readonly id: string; readonly host: string }[];

/** A packet's way for the picture and its text twin. */
export interface TraceView {
  readonly id: number;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly ending:
    | 'delivered'
    | 'refused'
    | 'dropped'
    | 'rejected'
    | 'unreachable'
    | 'nxdomain'
    | 'servfail'
    | 'http-error'
    | 'unknown';
  readonly hops: readonly TraceHop[];
}

export interface TraceHop {
  readonly layer: 'l2' | 'l3' | 'nat' | 'policy' | 'dns' | 'l7' | 'socket';
  /** Place in words: `worker-1`, `default/web`, and the device. */
  readonly node: string;
  readonly pod?: string;
  readonly device?: string;
  readonly what: string;
  readonly rule?: { readonly table: string; readonly chain: string; readonly text: string };
  readonly from: string;
  readonly to: string;
  readonly changed?: Readonly<Record<string, readonly [before: string, after: string]>>;
}

/** How one check of a lab stands. Texts are in the lab's language files; slots are filled in. */
export interface CheckResult {
  readonly check: string;
  readonly status: 'pass' | 'fail' | 'waits';
  readonly hidden: boolean;
  readonly expected?: string;
  readonly seen?: string;
  readonly where?: string;
  readonly why?: string;
  /** The one question that leads on. */
  readonly question?: string;
  /** The packet that showed it, for "Follow this packet". */
  readonly trace?: TraceView;
}

export interface LabView {
  readonly slug: string;
  readonly step: string;
  readonly steps: readonly {
    readonly slug: string;
    readonly title: string;
    readonly passed: boolean;
  }[];
  readonly checks: readonly CheckResult[];
  readonly passed: boolean;
}

/** What a page asks once, and gets one answer to. */
export type Question =
  | { readonly about: 'kinds' }
  | {
      readonly about: 'fields';
      readonly apiVersion: string;
      readonly kind: string;
      readonly path: readonly string[];
    }
  | { readonly about: 'dry-run'; readonly text: string }
  | LensQuestion;

/** What the closer looks ask. */
export type LensQuestion =
  /** Answered with a PacketTrace. */
  | { readonly about: 'trace'; readonly request: TraceRequest }
  /** What the last command of a terminal was aimed at: a TraceRequest, or null. */
  | { readonly about: 'aim'; readonly terminal: string }
  /** Answered with a ChainsAnswer. */
  | { readonly about: 'chains'; readonly request: ChainsRequest }
  /** Answered with a SpreadAnswer. */
  | { readonly about: 'spread'; readonly request: SpreadRequest }
  /** Answered with a MatrixPlan. */
  | { readonly about: 'matrix' }
  /** Answered with a MatrixRow. */
  | {
      readonly about: 'matrix-row';
      readonly from: string;
      readonly port: MatrixPort;
      readonly at: MatrixMoment;
    };

/** Kinds that can be created, and the version in which each is written. */
export type KindsAnswer = readonly { readonly apiVersion: string; readonly kind: string }[];

/** What the served schema says of a field, and of the fields in it. */
export interface FieldsAnswer {
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  /** Values that it may have, where the schema lists them. */
  readonly values: readonly string[];
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly description: string;
    readonly required: boolean;
    /** Whether it holds fields or a list. */
    readonly nested: boolean;
  }[];
}

/** What was refused or warned of, by document of the text; `busy`: ask again. */
export interface DryRunAnswer {
  readonly busy: boolean;
  readonly refusals: readonly {
    readonly document: number;
    readonly text: string;
    readonly warning: boolean;
  }[];
}

export type ToEmulator =
  | {
      readonly type: 'boot';
      readonly topology: string;
      readonly seed: number;
      readonly language: 'ko' | 'en';
      readonly lab?: string;
      readonly saved?: Json;
      /** The lab's start as a save, made with the site; without it the start is made anew. */
      readonly start?: Json;
    }
  /** `number` counts up; a save says up to which one it has them. */
  | { readonly type: 'input'; readonly input: Input; readonly number?: number }
  | { readonly type: 'time'; readonly mode: 'play' | 'pause' | 'step'; readonly speed?: number }
  | { readonly type: 'rewind'; readonly to: number | 'undo' | 'start' }
  | { readonly type: 'observe'; readonly view: string; readonly args?: Json }
  | { readonly type: 'unobserve'; readonly view: string }
  | { readonly type: 'check' }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'play-solution'; readonly solution: string; readonly terminal: string }
  | { readonly type: 'save' };

export type FromEmulator =
  | { readonly type: 'ready'; readonly bootMillis: number }
  | { readonly type: 'screen'; readonly terminal: string; readonly data: string }
  | { readonly type: 'view'; readonly view: string; readonly value: Json }
  | { readonly type: 'marks'; readonly marks: readonly Mark[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: Json }
  /** Sent when the mode or business changes, else a few times a second. */
  | {
      readonly type: 'time';
      readonly now: Micros;
      readonly mode: 'play' | 'pause';
      readonly busy: boolean;
    }
  | { readonly type: 'saved'; readonly saved: Json; readonly upTo: number }
  | { readonly type: 'notice'; readonly text: string }
  /** Code that comes late could not be loaded (it is tried again), or all of it is there. */
  | { readonly type: 'late'; readonly arrived: boolean }
  | {
      readonly type: 'fault';
      readonly message: string;
      readonly journal: Json;
      /** The Worker itself is gone: a new one has to go on from the last save. */
      readonly lost?: boolean;
      /** Nor could one: nothing runs until somebody asks for it. */
      readonly over?: boolean;
    };
