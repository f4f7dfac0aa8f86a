import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { exit, failed, Failure } from '../../failure.ts';
import type { Mapping } from '../../rest-mapper.ts';

const USAGE =
  'you must specify two arguments: verb resource or verb ' +
  "resource/resourceName.\nSee 'kubectl auth can-i -h' for help and " +
  'examples.';

/** Verbs that a resource may know; another is asked about with a warning. */
const verbs = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['use', 'bind', 'impersonate', 'escalate', '*', 'approve', 'sign', 'attest'],
];

/** Asks the API server whether an action is allowed. */
export const canI: Command = {
  name: 'can-i',
  use: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  short: 'Check whether an action is allowed',
  flags: "-A|all-namespaces=false list=false no-headers=false -q|quiet=false subresource=''",
  run,
};

interface Review {
  readonly status?: {
    readonly allowed?: boolean;
    readonly reason?: string;
    readonly evaluationError?: string;
  };
}

function* run(context: Context): Call<void> {
  const { args, flags } = context;
  if (flags.on('list')) {
    throw exit(2, 'kubectl: --list is not modelled here\n');
  }
  if (args.length !== 2 && !(args.length === 3)) throw failed(USAGE);
  const [verb = '', resource = '', third] = args;
  const spec = resource.startsWith('/')
    ? { nonResourceAttributes: { path: resource, verb } }
    : { resourceAttributes: yield* attributes(context, verb, resource, third) };
  const review = yield* context.client().send<Review>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec,
    },
  });
  const { allowed = false, reason = '', evaluationError = '' } = review.status ?? {};
  if (!flags.on('quiet')) {
    let text = allowed ? 'yes' : 'no';
    if (!allowed && reason !== '') text += ` - ${reason}`;
    if (!allowed && evaluationError !== '') text += ` - ${evaluationError}`;
    yield* context.out(`${text}\n`);
  }
  if (!allowed) throw exit(1);
}

function* attributes(
  context: Context,
  verb: string,
  argument: string,
  third: string | undefined,
): Call<object> {
  const [type = '', name = third ?? ''] = argument.split('/');
  const mapping = type === '*' ? undefined : yield* find(context, type);
  if (!verbs.includes(verb)) yield* context.err(`Warning: verb '${verb}' is not a known verb\n\n`);
  if (!mapping && type !== '*') {
    const [plural = '', ...rest] = type.split('.');
    const where = rest.length > 0 ? ` in group '${rest.join('.')}'` : '';
    const what = `the server doesn't have a resource type '${plural}'${where}`;
    yield* context.err(`Warning: ${what}\n\n`);
  }
  const scoped = mapping?.namespaced !== false && !context.flags.on('all-namespaces');
  if (mapping && !mapping.namespaced && !context.flags.on('all-namespaces')) {
    const where = mapping.group === '' ? '' : ` in group '${mapping.group}'`;
    yield* context.err(`Warning: resource '${mapping.plural}' is not namespace scoped${where}\n\n`);
  }
  const subresource = context.flags.text('subresource');
  return {
    ...(scoped && { namespace: context.namespace().name }),
    verb,
    group: mapping?.group ?? '',
    resource: mapping?.plural ?? type,
    ...(subresource !== '' && { subresource }),
    ...(name !== '' && { name }),
  };
}

function* find(context: Context, type: string): Call<Mapping | undefined> {
  const mapper = yield* context.mapper();
  try {
    return yield* mapper.forArgument(type);
  } catch (caught) {
    if (caught instanceof Failure && caught.problem.type === 'text') return undefined;
    throw caught;
  }
}
