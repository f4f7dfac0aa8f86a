import { failure, type CniPlugin } from '../types.ts';

/** The IPAM plugin alone: weave-net does without it. */
const plugin: CniPlugin = {
  name: 'weave-ipam',
  run: ({ command }) =>
    command === 'ADD' ? failure('weave-ipam by itself is not modelled here') : undefined,
};

export default plugin;
