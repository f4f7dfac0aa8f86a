/** What the flags say; their defaults are upstream's (`cmd.Options`). */
export interface Options {
  readonly kubeconfig: string;
  readonly failOpen: boolean;
  readonly queue: number;
  readonly metrics: string;
  readonly node: string;
  readonly dnsEarly: boolean;
  readonly strict: boolean;
  readonly verbosity: number;
  /** All flags with their values, as they are told in the log. */
  readonly flags: readonly (readonly [name: string, value: string])[];
}

interface Flag {
  readonly value: string;
  readonly type?: 'bool' | 'int' | 'duration';
  readonly usage: string;
}

const FLAGS: Readonly<Record<string, Flag>> = {
  'disable-nri': {
    value: 'false',
    type: 'bool',
    usage:
      'If set, disable NRI, that is used to get the Pod IP information directly from the runtime ' +
      'to avoid the race explained in https://issues.k8s.io/85966',
  },
  'fail-open': {
    value: 'true',
    type: 'bool',
    usage: "If set, don't drop packets if the controller is not running (default true)",
  },
  'hostname-override': {
    value: '',
    usage:
      'If non-empty, will be used as the name of the Node that kube-network-policies is running ' +
      "on. If unset, the node name is assumed to be the same as the node's hostname.",
  },
  kubeconfig: { value: '', usage: 'absolute path to the kubeconfig file' },
  'log-flush-frequency': {
    value: '5s',
    type: 'duration',
    usage: 'Maximum number of seconds between log flushes (default 5s)',
  },
  'logging-format': {
    value: 'text',
    usage: 'Sets the log format. Permitted formats: "json" (gated by LoggingBetaOptions), "text".',
  },
  'metrics-bind-address': {
    value: ':9080',
    usage: 'The IP address and port for the metrics server to serve on (default ":9080")',
  },
  'netfilter-bug-1766-fix': {
    value: 'true',
    type: 'bool',
    usage:
      'If set, process DNS packets on the PREROUTING hooks to avoid the race condition on the ' +
      'conntrack subsystem, not needed for kernels 6.12+ (see ' +
      'https://bugzilla.netfilter.org/show_bug.cgi?id=1766) (default true)',
  },
  'nfqueue-id': { value: '100', type: 'int', usage: 'Number of the nfqueue used (default 100)' },
  'strict-mode': {
    value: 'true',
    type: 'bool',
    usage: 'If set, changes to network policies also affect established connections (default true)',
  },
  v: { value: '0', type: 'int', usage: 'number for the log level verbosity' },
  vmodule: {
    value: '',
    usage:
      'comma-separated list of pattern=N settings for file-filtered logging (only works for ' +
      'text log format)',
  },
};

/** Reads the words behind the program's name as Go's flag package does, with its errors. */
export function readOptions(words: readonly string[]): Options | { readonly error: string } {
  const values = new Map(Object.entries(FLAGS).map(([name, { value }]) => [name, value]));
  for (let at = 0; at < words.length; at++) {
    const [, name, given] = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(words[at] as string) ?? [];
    if (name === undefined) break;
    if (name === 'h' || name === 'help') return { error: usage() };
    const flag = FLAGS[name];
    if (!flag) return { error: `flag provided but not defined: -${name}\n${usage()}` };
    let value = given;
    if (value === undefined && flag.type === 'bool') value = 'true';
    if (value === undefined) value = words[(at += 1)];
    if (value === undefined) return { error: `flag needs an argument: -${name}\n${usage()}` };
    const wrong = problemOf(flag, value);
    if (wrong) {
      const what = flag.type === 'bool' ? 'boolean value' : 'value';
      const text = `invalid ${what} "${value}" for ${flag.type === 'bool' ? '' : 'flag '}-${name}`;
      return { error: `${text}: ${wrong}\n${usage()}` };
    }
    values.set(name, value);
  }
  return optionsOf(values);
}

function problemOf({ type }: Flag, value: string): string | undefined {
  if (type === 'bool')
    return /^(1|0|[tTfF]|true|false|TRUE|FALSE|True|False)$/.test(value)
      ? undefined
      : 'parse error';
  return type === 'int' && !/^[+-]?\d+$/.test(value) ? 'parse error' : undefined;
}

const isTrue = (value: string | undefined) => /^(1|[tT]|true|TRUE|True)$/.test(value ?? '');

function optionsOf(values: ReadonlyMap<string, string>): Options {
  const text = (name: string) => values.get(name) ?? '';
  return {
    kubeconfig: text('kubeconfig'),
    failOpen: isTrue(values.get('fail-open')),
    queue: Number(text('nfqueue-id')) || 100,
    metrics: text('metrics-bind-address'),
    node: text('hostname-override'),
    dnsEarly: isTrue(values.get('netfilter-bug-1766-fix')),
    strict: isTrue(values.get('strict-mode')),
    verbosity: Number(text('v')),
    flags: [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

function usage(): string {
  const lines = Object.entries(FLAGS).map(([name, { type, usage: text }]) => {
    const kind = type === 'bool' ? '' : ` ${type ?? 'string'}`;
    return `  -${name}${kind}\n    \t${text}\n`;
  });
  return `Usage: kube-network-policies [options]\n\n${lines.join('')}`;
}
