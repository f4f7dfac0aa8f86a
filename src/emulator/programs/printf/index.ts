import { printfText } from '../../host/shell/printf.ts';
import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** printf: the program beside the shell's builtin; its complaints are coreutils' own. */
const program: Program = gnuTool(
  {
    name: 'printf',
    usage: ['FORMAT [ARGUMENT]...', 'OPTION'],
    about: 'Print ARGUMENTs as FORMAT says.',
    short: '',
    inOrder: true,
  },
  function* ({ operands, out, complain, misused, quote }) {
    const [format, ...values] = operands;
    if (format === undefined) return yield* misused('missing operand');
    const { text, complaints, failed } = printfText(format, values);
    yield* out(text);
    for (const each of complaints) {
      const value = /^(.*): invalid number$/s.exec(each)?.[1];
      yield* complain(value === undefined ? each : `${quote(value)}: expected a numeric value`);
    }
    return failed ? 1 : 0;
  },
);

export default program;
