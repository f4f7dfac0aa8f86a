import { failure, type CniPlugin } from '../types.ts';

/** The vrf plugin says that it is not modelled; a DEL has nothing to take away. */
const plugin: CniPlugin = {
  name: 'vrf',
  run: ({ command }) =>
    command === 'ADD' || command === 'CHECK'
      ? failure('the vrf plugin is not modelled here')
      : undefined,
};

export default plugin;
