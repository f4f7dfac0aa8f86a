import type { Call } from '../../../../host/syscalls.ts';
import { ruleRows, type PolicyRule } from '../../../../resources/rbac/rules.ts';
import type { Command, Context } from '../../command.ts';
import { exit, failed, Failure } from '../../failure.ts';
import { alignTable } from '../../printers/table.ts';
import type { Mapping } from '../../rest-mapper.ts';

const API = '/apis/authorization.k8s.io/v1';
const USAGE =
  'you must specify two arguments: verb resource or verb ' +
  "resource/resourceName.\nSee 'kubectl auth can-i -h' for help and " +
  'examples.';
const ALONE =
  "list option can't be specified with neither quiet, all-namespaces nor subresource options";

/** Verbs that a resource may know; another is asked about with a warning. */
const verbs = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['use', 'bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest'],
];
const pathVerbs = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];
/** Resources that are asked about and that no API serves. */
const unserved = ['users', 'groups'];

/** Asks the API server whether an action is allowed, or what all is. */
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
    if (args.length > 0) throw failed('list option must be specified with no arguments');
    const more = flags.on('quiet') || flags.on('all-namespaces') || flags.text('subresource');
    if (more) throw failed(ALONE);
    yield* list(context);
    return;
  }
  if (args.length !== 2) throw failed(USAGE);
  const [verb = '', resource = ''] = args;
  const spec = resource.startsWith('/')
    ? { nonResourceAttributes: yield* pathAttributes(context, verb, resource) }
    : { resourceAttributes: yield* attributes(context, verb, resource) };
  if (flags.on('no-headers')) throw failed('--no-headers cannot be set without --list specified');
  const review = yield* context.client().send<Review>({
    method: 'POST',
    path: `${API}/selfsubjectaccessreviews`,
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

/** A warning, and the empty line that comes with those of this command. */
function* warn(context: Context, text: string): Call<void> {
  yield* context.err(`Warning: ${text}\n\n`);
}

function* pathAttributes(context: Context, verb: string, path: string): Call<object> {
  if (context.flags.text('subresource') !== '') {
    throw failed('--subresource can not be used with NonResourceURL');
  }
  if (!pathVerbs.includes(verb)) yield* warn(context, `verb '${verb}' is not a known verb`);
  return { path, verb };
}

function* attributes(context: Context, verb: string, argument: string): Call<object> {
  const cut = argument.indexOf('/');
  const type = cut < 0 ? argument : argument.slice(0, cut);
  const name = cut < 0 ? '' : argument.slice(cut + 1);
  const mapping = type === '*' ? undefined : yield* find(context, type);
  if (!mapping && type !== '*' && !unserved.includes(type)) {
    const [plural = '', ...group] = type.toLowerCase().split('.');
    const where = group.length > 0 ? ` in group '${group.join('.')}'` : '';
    yield* warn(context, `the server doesn't have a resource type '${plural}'${where}`);
  }
  const everywhere = context.flags.on('all-namespaces');
  if (mapping && !everywhere && !(yield* namespaced(context, mapping))) {
    const where = mapping.group === '' ? '' : ` in group '${mapping.group}'`;
    yield* warn(context, `resource '${mapping.plural}' is not namespace scoped${where}`);
  }
  if (!everywhere && !verbs.includes(verb)) {
    yield* warn(context, `verb '${verb}' is not a known verb`);
  }
  const subresource = context.flags.text('subresource');
  return {
    ...(!everywhere && { namespace: context.namespace().name }),
    verb,
    group: mapping?.group ?? '',
    resource: mapping?.plural ?? type,
    ...(subresource !== '' && { subresource }),
    ...(name !== '' && { name }),
  };
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly namespaced: boolean }[];
}

/**
 * Whether a resource lies in namespaces, by the server's own word: upstream asks for the group's
 * resources anew here, past its cache of discovery, and is silent when that fails
 * (kubectl/pkg/cmd/auth/cani.go, isNamespaced).
 */
function* namespaced(context: Context, mapping: Mapping): Call<boolean> {
  const { group, version } = mapping;
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const { resources } = yield* context.client().send<ResourceList>({ method: 'GET', path });
    return resources?.find(({ name }) => name === mapping.plural)?.namespaced ?? true;
  } catch (caught) {
    if (caught instanceof Failure) return true;
    throw caught;
  }
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

interface RulesReview {
  readonly status?: {
    readonly incomplete?: boolean;
    readonly evaluationError?: string;
    readonly resourceRules?: readonly PolicyRule[];
    readonly nonResourceRules?: readonly PolicyRule[];
  };
}

/** All that is allowed in the namespace, as a table. */
function* list(context: Context): Call<void> {
  const review = yield* context.client().send<RulesReview>({
    method: 'POST',
    path: `${API}/selfsubjectrulesreviews`,
    body: {
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { namespace: context.namespace().name },
    },
  });
  const { incomplete, evaluationError = '', ...status } = review.status ?? {};
  if (incomplete) yield* context.err(`Warning: the list may be incomplete: ${evaluationError}\n`);
  const rules = [...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])];
  const head = context.flags.on('no-headers')
    ? []
    : ['Resources\tNon-Resource URLs\tResource Names\tVerbs'];
  yield* context.out(alignTable([...head, ...ruleRows(rules)]));
}
