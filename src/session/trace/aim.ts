import type { TranscriptEntry } from '../protocol.ts';
import type { TraceRequest } from './api.ts';

/** Options of these tools that take a word of their own. */
const takesWord: Readonly<Record<string, RegExp>> = {
  curl: /^(-[mwHoXdAebuTxU]|--(max-time|connect-timeout|header|output|request|data|retry))$/,
  wget: /^(-[OTt]|--timeout)$/,
  ping: /^-[ciWwsItM]$/,
  nc: /^-[wispT]$/,
  dig: /^-[pbtq]$/,
};

/**
 * What the last command of a terminal that sent packets was aimed at: curl, wget, ping, nc or dig,
 * straight or through `kubectl exec`, also within a shell that `kubectl exec -it` opened.
 */
export function lastAim(transcript: readonly TranscriptEntry[]): TraceRequest | undefined {
  for (const { command, prompt, output } of [...transcript].reverse()) {
    const pod = execPod(command.split(/\s+/));
    if (pod && /\s(-it|-ti|-i\s+-t|--stdin)\s/.test(command)) {
      const typed = [...output.matchAll(/[#$] ((?:curl|wget|ping|nc|dig)\b.*)$/gm)].at(-1)?.[1];
      const inside = typed && aimOf(typed.trim().split(/\s+/), pod);
      if (inside) return inside;
    }
    const host = /@([a-z0-9-]+)/.exec(prompt)?.[1] ?? 'workstation';
    const aim = aimOf(command.trim().split(/\s+/), `node/${host}`);
    if (aim) return aim;
  }
  return undefined;
}

function aimOf(words: readonly string[], from: string): TraceRequest | undefined {
  const start = words.findIndex((word) => word !== 'sudo' && !/^\w+=/.test(word));
  const line = words.slice(Math.max(0, start));
  const dashes = line.indexOf('--');
  const pod = execPod(line);
  if (pod && dashes > 0) return aimOf(line.slice(dashes + 1), pod);
  const shell = /^(sh|bash)$/.test(line[0] ?? '') && line[1] === '-c' && line.slice(2);
  if (shell)
    return aimOf(
      shell.map((word) => word.replaceAll(/^['"]|['"]$/g, '')),
      from,
    );
  const [tool = '', ...rest] = line;
  const option = takesWord[tool];
  if (!option) return undefined;
  const plain = rest
    .filter((_word, index) => !option.test(rest[index - 1] ?? ''))
    .filter((word) => !/^[-+|>2]/.test(word) || /^\d+(\.\d+){3}$|^\d+$/.test(word))
    .map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
  return toolAim(tool, plain, rest, from);
}

function toolAim(
  tool: string,
  plain: readonly string[],
  all: readonly string[],
  from: string,
): TraceRequest | undefined {
  const [first, second] = plain;
  if (first === undefined) return undefined;
  switch (tool) {
    case 'ping':
      return { from, to: first, port: 0, protocol: 'ICMP' };
    case 'nc': {
      if (!second || !/^\d+$/.test(second)) return undefined;
      const udp = all.some((word) => /^-[a-z]*u/.test(word));
      return { from, to: first, port: Number(second), protocol: udp ? 'UDP' : 'TCP' };
    }
    case 'dig': {
      const server = plain.find((word) => word.startsWith('@'))?.slice(1);
      return { from, to: server ?? '10.96.0.10', port: 53, protocol: 'UDP' };
    }
    default: {
      const url = /^(https?:\/\/)?\[?([^/:\]\s]+)\]?(?::(\d+))?/.exec(first);
      if (!url) return undefined;
      const usual = url[1] === 'https://' ? 443 : 80;
      return { from, to: url[2] as string, port: Number(url[3] ?? usual), protocol: 'TCP' };
    }
  }
}

/** `namespace/pod` of a `kubectl exec`. */
function execPod(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === 'kubectl' || word === 'k');
  if (at < 0) return undefined;
  const rest = words.slice(at + 1);
  const end = rest.indexOf('--');
  const own = end < 0 ? rest : rest.slice(0, end);
  if (!own.includes('exec')) return undefined;
  let namespace = 'default';
  const names: string[] = [];
  own.forEach((word, index) => {
    const before = own[index - 1] ?? '';
    const long = /^(?:--namespace|-n)=(.+)$/.exec(word)?.[1];
    if (/^(-n|--namespace)$/.test(before)) namespace = word;
    else if (long) namespace = long;
    else if (!word.startsWith('-') && !/^(-c|--container)$/.test(before)) names.push(word);
  });
  const pod = names[1]?.replace(/^(pods?|po)\//, '');
  return pod && !pod.includes('/') ? `${namespace}/${pod}` : undefined;
}
