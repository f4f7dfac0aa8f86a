import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { decodeBase64, encodeBase64 } from '../../world/base64.ts';
import { readText } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** base64: text to letters that go anywhere, and back. */
const program: Program = gnuTool(
  {
    name: 'base64',
    usage: ['[OPTION]... [FILE]'],
    about: 'Base64 encode or decode FILE, or standard input, to standard output.',
    short: 'diw:',
    long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w' },
  },
  function* (tool) {
    const { has, value, operands, misused, complain, quote } = tool;
    const [path = '-', extra] = operands;
    if (extra !== undefined) return yield* misused(`extra operand ${quote(extra)}`);
    const width = Number(value('w') ?? 76);
    if (!/^\d+$/.test(value('w') ?? '76')) {
      yield* complain(`invalid wrap size: ${quote(value('w') as string)}`);
      return 1;
    }
    const text = yield* readText(tool.sys, path);
    if (isErrno(text)) {
      yield* tool.fail(path, text);
      return 1;
    }
    if (has('d')) {
      const clean = has('i') ? text.replaceAll(/[^A-Za-z0-9+/=]/g, '') : text.replaceAll('\n', '');
      const good =
        /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(clean)?.[0] ?? '';
      yield* tool.out(decodeBase64(good));
      if (good.length === clean.length) return 0;
      yield* complain('invalid input');
      return 1;
    }
    const coded = encodeBase64(text);
    if (width === 0) yield* tool.out(coded);
    else {
      const lines = coded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      yield* tool.out(lines.map((line) => `${line}\n`).join(''));
    }
    return 0;
  },
);

export default program;
