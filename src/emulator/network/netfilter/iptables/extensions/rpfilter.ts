import { option, type ExtensionDefinition } from '../extension.ts';

const flags = ['--loose', '--validmark', '--accept-local', '--invert'];

/** `-m rpfilter` (libxt_rpfilter): whether the way back leads through the device it came by. */
export const rpfilter: ExtensionDefinition = {
  name: 'rpfilter',
  kind: 'match',
  tables: ['raw', 'mangle'],
  options: flags.map((flag) => ({ flag, values: 0 })),
  // Printed in the order of the flags, whatever the order given.
  finish: (options) => flags.flatMap((flag) => options.filter((each) => each.flag === flag)),
  list(options) {
    const words = flags.filter((flag) => option(options, flag)).map((flag) => flag.slice(2));
    return ` rpfilter${words.map((word) => ` ${word}`).join('')}`;
  },
  test(options) {
    const loose = option(options, '--loose') !== undefined;
    const invert = option(options, '--invert') !== undefined;
    return ({ packet, context }) => {
      const device = loose ? undefined : packet.inInterface;
      return (context.comesBack?.(packet.source, device) ?? true) !== invert;
    };
  },
};
