import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { commands, files } from './commands.ts';
import { findKubectl } from './kubectl.ts';
import { createPair, masked, type Pair } from './pair.ts';

/** Virtual time since the boot. */
const LEAD = 120_000_000;
let pair: Pair;

beforeAll(async () => {
  const start = Date.now() * 1_000 - LEAD;
  const [ahead, behind] = [1, 2].map(() => boot('two-nodes', { seed: 7, start }));
  if (!ahead || !behind) throw new Error('no cluster');
  pair = await createPair(ahead, behind, findKubectl());
  for (const [name, text] of Object.entries(files)) pair.writeFile(name, text);
}, 120_000);
afterAll(() => pair?.close());

describe('a real kubectl notices nothing', () => {
  it.each(commands)('%s', { timeout: 90_000 }, async (command) => {
    pair.sync();
    const { own, real } = await pair.run(command);
    const shown = ({ stdout, stderr, exit }: typeof own) => ({
      stdout: masked(stdout),
      stderr: masked(stderr),
      exit,
    });
    if (own.stdout === real.stdout && own.stderr === real.stderr) expect(real.exit).toBe(own.exit);
    else expect(shown(own)).toEqual(shown(real));
  });
});
