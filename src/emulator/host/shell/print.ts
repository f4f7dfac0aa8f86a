import type {
  AndOr,
  CommandNode,
  CompoundList,
  Elif,
  If,
  PipelineNode,
  Redirection,
  Statement,
} from 'unbash';

/** Here-documents whose bodies follow the line being printed. */
interface Printer {
  readonly here: string[];
}

/** A command as bash shows it in the list of jobs: on one line. */
export function printNode(node: PipelineNode | AndOr): string {
  return print({ here: [] }, node, 0).replaceAll(/\s*\n\s*/g, ' ');
}

/** A function as `declare -f` shows it. */
export function printFunction(name: string, body: CommandNode): string {
  const printer: Printer = { here: [] };
  const redirects = body.type === 'Redirected' ? ` ${redirections(printer, body.redirects)}` : '';
  const inner = body.type === 'Redirected' ? body.command : body;
  if (inner.type === 'BraceGroup') {
    return `${name} () \n{ \n${block(printer, inner.body, 4)}\n}${redirects}\n`;
  }
  return `${name} () \n${print(printer, body, 0)}\n`;
}

const pad = (depth: number) => ' '.repeat(depth);

/** Statements one a line, each indented. */
function block(printer: Printer, { commands }: CompoundList, depth: number): string {
  return commands
    .map((each, index) => {
      const isLast = index === commands.length - 1;
      const end = each.background ? (isLast ? ' &' : ' & ') : isLast ? '' : ';\n';
      const lead = index > 0 && commands[index - 1]?.background ? '' : pad(depth);
      const text = lead + print(printer, each.command, depth);
      const here = printer.here.splice(0).join('');
      if (here) return `${text}${each.background ? ' &' : ''}\n${here}${isLast ? '' : '\n'}`;
      return text + end;
    })
    .join('');
}

/** The body of `then`, `do` and the like: each statement ends with a semicolon. */
function body(printer: Printer, list: CompoundList, depth: number): string {
  const text = block(printer, list, depth);
  const last = list.commands.at(-1) as Statement | undefined;
  return last?.background || text.endsWith('\n') ? text : `${text};`;
}

/** As `inline`, but inside a function each statement begins a line. */
function nested(printer: Printer, list: CompoundList, depth: number): string {
  return depth === 0 ? inline(printer, list, depth) : block(printer, list, depth).trimStart();
}

function inline(printer: Printer, { commands }: CompoundList, depth: number): string {
  return commands
    .map(({ command, background }, index) => {
      const text = print(printer, command, depth);
      if (background) return `${text} &`;
      return index < commands.length - 1 ? `${text};` : text;
    })
    .join(' ');
}

function print(printer: Printer, node: PipelineNode | AndOr, depth: number): string {
  const at = pad(depth);
  switch (node.type) {
    case 'AndOr':
      return node.commands
        .map((each, index) => {
          const operator = node.operators[index];
          return print(printer, each, depth) + (operator ? ` ${operator} ` : '');
        })
        .join('');
    case 'Pipeline': {
      const lead = node.prefixes.map(({ type }) => (type === 'Time' ? 'time ' : '! ')).join('');
      const parts = node.commands.map((each, index) => {
        const operator = node.operators[index];
        if (operator === '|&') return `${print(printer, each, depth)} 2>&1 | `;
        return print(printer, each, depth) + (operator ? ` ${operator} ` : '');
      });
      return lead + parts.join('');
    }
    case 'Command': {
      const words = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
      const plain = words.flatMap((each) => ('text' in each ? [each.text] : []));
      const redirects = redirections(printer, node.redirects);
      return [...plain, ...(redirects ? [redirects] : [])].join(' ');
    }
    case 'Redirected':
      return `${print(printer, node.command, depth)} ${redirections(printer, node.redirects)}`;
    case 'BraceGroup':
      return depth === 0
        ? `{ ${inline(printer, node.body, depth)}; }`
        : `{ \n${block(printer, node.body, depth + 4)}\n${at}}`;
    case 'Subshell':
      return `( ${nested(printer, node.body, depth)} )`;
    case 'If':
      return `${ifText(printer, node, depth)}\n${at}fi`;
    case 'For':
    case 'Select': {
      const word = node.type === 'For' ? 'for' : 'select';
      const list = node.wordlist?.map(({ text }) => text).join(' ') ?? '"$@"';
      const inside = body(printer, node.body, depth + 4);
      return `${word} ${node.name.text} in ${list};\n${at}do\n${inside}\n${at}done`;
    }
    case 'While': {
      const clause = inline(printer, node.clause, depth);
      return `${node.kind} ${clause}; do\n${body(printer, node.body, depth + 4)}\n${at}done`;
    }
    case 'ArithmeticFor':
      return `for ((;;))\n${at}do\n${body(printer, node.body, depth + 4)}\n${at}done`;
    case 'Case':
      return caseText(printer, node, depth);
    case 'Function':
      return printFunction(node.name.text, node.body as CommandNode).trimEnd();
    case 'ArithmeticCommand':
      return `((${node.body}))`;
    case 'TestCommand':
      return `[[ ${testText(node.expression)} ]]`;
    case 'Coproc':
      return 'coproc';
  }
}

function ifText(printer: Printer, node: If | Elif, depth: number): string {
  const clause = inline(printer, node.clause, depth);
  let text = `if ${clause}; then\n${body(printer, node.then, depth + 4)}`;
  if (node.type !== 'If') return text;
  // bash keeps `elif` as an `if` inside the `else` of the one before.
  let closing = '';
  let inner = depth;
  for (const branch of node.elif) {
    text += `\n${pad(inner)}else\n${pad(inner + 4)}${ifText(printer, branch, inner + 4)}`;
    closing = `\n${pad(inner + 4)}fi;${closing}`;
    inner += 4;
  }
  if (node.else) text += `\n${pad(inner)}else\n${body(printer, node.else, inner + 4)}`;
  return text + closing;
}

function caseText(
  printer: Printer,
  node: Extract<CommandNode, { readonly type: 'Case' }>,
  depth: number,
): string {
  const at = pad(depth);
  const items = node.items.map(({ pattern, body: inside, terminator }) => {
    const patterns = pattern.map(({ text }) => text).join(' | ');
    const text = inside.commands.length > 0 ? `${block(printer, inside, depth + 8)}\n` : '';
    return `${pad(depth + 4)}${patterns})\n${text}${pad(depth + 4)}${terminator ?? ';;'}\n`;
  });
  return `case ${node.word.text} in \n${items.join('')}${at}esac`;
}

function testText(expression: import('unbash').TestExpression): string {
  switch (expression.type) {
    case 'TestUnary':
      return `${expression.operator} ${expression.operand.text}`;
    case 'TestBinary':
      return `${expression.left.text} ${expression.operator} ${expression.right.text}`;
    case 'TestLogical':
      return expression.operands.map(testText).join(` ${expression.operator} `);
    case 'TestNot':
      return `! ${testText(expression.operand)}`;
    case 'TestGroup':
      return `( ${testText(expression.expression)} )`;
  }
}

function redirections(printer: Printer, list: readonly Redirection[]): string {
  return list.map((each) => redirection(printer, each)).join(' ');
}

function redirection(printer: Printer, each: Redirection): string {
  const { descriptor } = each;
  const given = descriptor?.type === 'FileDescriptor' ? String(descriptor.value) : '';
  if (each.type === 'HereString') return `${given}<<< ${each.target?.text ?? ''}`;
  if (each.type === 'HereDoc') {
    const {
      body: { text },
      delimiter,
    } = each;
    printer.here.push(`${text}${delimiter?.value ?? ''}\n`);
    return `${given}${each.operator}${delimiter?.text ?? ''}`;
  }
  const target = each.target?.text ?? '';
  if (each.operator === '>&' || each.operator === '<&') {
    const fd = given || (each.operator === '>&' ? '1' : '0');
    return /^\d+$|^-$/.test(target) ? `${fd}${each.operator}${target}` : `&> ${target}`;
  }
  return `${given}${each.operator} ${target}`;
}
