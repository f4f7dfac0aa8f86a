import type { OptionTable } from '../gnu/getopt.ts';
import type { Build } from './applet.ts';

export const usage = ({ timeout }: Build): string =>
  'wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n' +
  '\t[--post-data STR | --post-file FILE] [-Y on/off]\n' +
  `\t[--no-check-certificate] [-P DIR] [-U AGENT]${timeout ? ' [-T SEC]' : ''} URL...\n\n` +
  'Retrieve files via HTTP or FTP\n\n' +
  '\t--spider\tOnly check URL existence: $? is 0 if exists\n' +
  "\t--header STR\tAdd STR (of form 'header: value') to headers\n" +
  '\t--post-data STR\tSend STR using POST method\n' +
  '\t--post-file FILE\tSend FILE using POST method\n' +
  "\t--no-check-certificate\tDon't validate the server's certificate\n" +
  '\t-c\t\tContinue retrieval of aborted transfer\n' +
  '\t-q\t\tQuiet\n' +
  '\t-P DIR\t\tSave to DIR (default .)\n' +
  '\t-S    \t\tShow server response\n' +
  (timeout ? '\t-T SEC\t\tNetwork read timeout is SEC seconds\n' : '') +
  "\t-O FILE\t\tSave to FILE ('-' for stdout)\n" +
  '\t-o LOGFILE\tLog messages to FILE\n' +
  '\t-U STR\t\tUse STR for User-Agent header\n' +
  '\t-Y on/off\tUse proxy\n';

/** Options of wget; `-t` and `-n` are taken and have no meaning, as in the real one. */
export const options = ({ timeout }: Build): OptionTable => ({
  short: `qSO:P:U:Y:t:n::${timeout ? 'T:' : ''}`,
  long: {
    quiet: 'q',
    'server-response': 'S',
    'output-document': 'O',
    'directory-prefix': 'P',
    'user-agent': 'U',
    proxy: 'Y',
    tries: 't',
    ...(timeout && { timeout: 'T' }),
    header: { key: 'header', value: 'required' },
    'post-data': { key: 'post-data', value: 'required' },
    'post-file': { key: 'post-file', value: 'required' },
    spider: { key: 'spider' },
    'no-check-certificate': { key: 'no-check-certificate' },
  },
  unmodelled: ['-c', '-o', '--continue', '--output-file', ...(timeout ? [] : ['-T'])],
});
