import type { Program } from '../../host/syscalls.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import type { RegularKind } from '../gnu/regular.ts';
import { optionTable, readSettings } from './options.ts';
import { searchAll } from './search.ts';

/** grep and its old names: lines that match, as they come. */
const grep = (name: string, kind: RegularKind): Program =>
  gnuTool(
    {
      ...optionTable,
      name,
      usage: ['[OPTION]... PATTERNS [FILE]...'],
      about: 'Search for PATTERNS in each FILE.',
      badUsage: 2,
      showsUsage: true,
      version: 'GNU grep) 3.8',
      // `-5` is `-C 5`.
      rewrite: (words) => words.map((word) => word.replace(/^-(\d+)$/, '-C$1')),
    },
    function* (tool: Tool) {
      const settings = yield* readSettings(tool, kind);
      return typeof settings === 'number' ? settings : yield* searchAll(tool, settings);
    },
  );

const programs: readonly Program[] = [
  grep('grep', 'basic'),
  grep('egrep', 'extended'),
  grep('fgrep', 'fixed'),
];

export default programs;
