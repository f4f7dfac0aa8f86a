import { failure, type CniPlugin } from '../types.ts';

/** The tap plugin says that it is not modelled; a DEL has nothing to take away. */
const plugin: CniPlugin = {
  name: 'tap',
  run: ({ command }) =>
    command === 'ADD' || command === 'CHECK'
      ? failure('the tap plugin is not modelled here')
      : undefined,
};

export default plugin;
