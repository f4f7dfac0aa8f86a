import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { apiVersionOf, discover } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'api-versions',
  use: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  *run(context: Context): Call<void> {
    const { args } = context;
    if (args.length > 0) {
      throw failed(usageText(context, `unexpected arguments: [${args.join(' ')}]`));
    }
    const versions = new Set((yield* discover(context.client())).map(apiVersionOf));
    yield* context.out(
      [...versions]
        .sort()
        .map((version) => `${version}\n`)
        .join(''),
    );
  },
});
