/**
 * Solutions and wrong answers are transcripts: `$ ` begins a command, `> ` goes on with it, `+10s`
 * lets time pass, `@expect check=orders reason=seen.refused` says what a wrong answer must meet,
 * `#` is a remark.
 */
export interface LabTranscript {
  readonly lines: readonly ({ readonly command: string } | { readonly seconds: number })[];
  readonly expect?: { readonly check: string; readonly reason: string };
}

/** Reads a transcript; a line of no known form is the author's mistake. */
export function readTranscript(file: string, text: string): LabTranscript {
  const lines: ({ command: string } | { seconds: number })[] = [];
  let expect: LabTranscript['expect'];
  text.split('\n').forEach((line, index) => {
    const last = lines.at(-1);
    const wait = /^\+(\d+)s$/.exec(line);
    const meets = /^@expect check=([a-z0-9-]+) reason=([a-z.-]+)$/.exec(line);
    if (line.trim() === '' || line.startsWith('#')) return;
    if (line.startsWith('$ ')) lines.push({ command: line.slice(2) });
    else if (line.startsWith('>') && last && 'command' in last) {
      last.command += `\n${line.slice(2)}`;
    } else if (wait) lines.push({ seconds: Number(wait[1]) });
    else if (meets) expect = { check: meets[1]!, reason: meets[2]! };
    else {
      throw new Error(
        `${file}:${index + 1}: expected a line that begins with "$ ", ` +
          '"> ", "+Ns", "@expect" or "#". ' +
          'Hint: outputs do not belong here.',
      );
    }
  });
  return expect ? { lines, expect } : { lines };
}
