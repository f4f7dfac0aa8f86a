import type { Program } from '../../host/syscalls.ts';

/** which (Debian's): where the commands of these names lie. */
const program: Program = {
  name: 'which',
  paths: ['/usr/bin/which', '/bin/which'],
  *run(argv, sys) {
    let words = argv.slice(1);
    let all = false;
    while (/^-./.test(words[0] ?? '')) {
      const option = words[0] as string;
      if (/^-[as]+$/.test(option)) all ||= option.includes('a');
      else if (option !== '--') {
        yield* sys.write(2, `Illegal option ${option}\nUsage: ${argv[0]} [-as] args\n`);
        return 2;
      }
      words = words.slice(1);
    }
    if (words.length === 0) return 1;
    let code = 0;
    for (const name of words) {
      const folders = name.includes('/') ? [''] : (sys.env['PATH'] ?? '').split(':');
      const paths = folders
        .map((folder) => (folder === '' ? name : `${folder}/${name}`))
        .filter((path) => sys.files.which(path) !== undefined);
      for (const path of all ? paths : paths.slice(0, 1)) yield* sys.write(1, `${path}\n`);
      if (paths.length === 0) code = 1;
    }
    return code;
  },
};

export default program;
