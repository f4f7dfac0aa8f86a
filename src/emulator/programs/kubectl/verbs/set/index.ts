import { parseSelector } from '../../../../apimachinery/selector.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { refuseLocal } from '../../builder.ts';
import { defineCommand, type Command, type Context } from '../../command.ts';
import { failed, throwAll } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { at } from '../../object.ts';
import { resourcesAndPairs } from '../../pairs.ts';
import { quantities } from '../../quantities.ts';
import { containersOf, editAll, fits, requirePodSpec } from './edit.ts';
import { env } from './env.ts';
import { subject } from './subject.ts';

const common =
  `all=false ${printFlags} dry-run='none' field-manager='kubectl-set' ` +
  `${fileFlags} local=false`;

const image: Command = {
  name: 'image',
  use:
    'set image (-f FILENAME | TYPE NAME) ' +
    'CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... ' +
    'CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  flags: `${common} ${selectorFlag}`,
  *run(context: Context): Call<void> {
    const { resources, pairs } = resourcesAndPairs(context.args, 'image');
    const images = pairs.map((pair) => {
      const cut = pair.indexOf('=');
      return [pair.slice(0, cut), pair.slice(cut + 1)] as const;
    });
    refuseLocal(context, resources);
    yield* editAll(
      context,
      resources,
      { operation: 'image updated', failure: 'failed to patch image update to pod template:' },
      (object, info) => {
        const spec = requirePodSpec(object, info);
        const containers = [...(spec.initContainers ?? []), ...spec.containers];
        const missing: string[] = [];
        for (const [name, value] of images) {
          const chosen = containers.filter((each) => name === '*' || each.name === name);
          if (chosen.length === 0) missing.push(`error: unable to find container named "${name}"`);
          for (const container of chosen) container.image = value;
        }
        throwAll(missing.map((text) => ({ type: 'text', text })));
      },
      () => {
        if (images.length === 0) throw failed('at least one image update is required');
        if (images.length > 1 && images.some(([name]) => name === '*')) {
          throw failed(
            'all containers are already specified by *, but saw more than one ' +
              'container_name=container_image pairs',
          );
        }
      },
    );
  },
};

/** `cpu=200m,memory=128Mi` as a map. */
function amounts(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [name = '', value, ...rest] = part.split('=');
    if (value === undefined || rest.length > 0) {
      throw failed(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    result[name] = value;
  }
  return result;
}

const resources: Command = {
  name: 'resources',
  use: 'set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: `${common} -c|containers='*' limits='' requests='' ${selectorFlag}`,
  *run(context: Context): Call<void> {
    const { flags, args } = context;
    const check = () => {
      if (flags.text('limits') !== '' || flags.text('requests') !== '') return;
      throw failed(
        'you must specify an update to requests or limits (in the form of --requests/--limits)',
      );
    };
    const limits = quantities(amounts(flags.text('limits')));
    const requests = quantities(amounts(flags.text('requests')));
    const pattern = flags.text('containers');
    refuseLocal(context, args);
    yield* editAll(
      context,
      args,
      {
        operation: 'resource requirements updated',
        failure: 'failed to patch resources update to pod template',
      },
      (object, info) => {
        const spec = requirePodSpec(object, info);
        const chosen = containersOf(spec).filter(({ name }) => fits(pattern, name));
        if (chosen.length === 0) throw failed(`unable to find container named ${pattern}`);
        for (const container of chosen) {
          const before = container.resources ?? {};
          const least = { ...before.requests, ...requests };
          const most = { ...before.limits, ...limits };
          container.resources = {
            ...before,
            ...(Object.keys(most).length > 0 && { limits: most }),
            ...(Object.keys(least).length > 0 && { requests: least }),
          };
        }
      },
      check,
    );
  },
};

/** A selector's equalities, and the rest of it as Go prints it. */
function selectorOf(text: string): { labels: Record<string, string>; expressions: string } {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw failed(parsed.error);
  const labels: Record<string, string> = {};
  const rest: string[] = [];
  const names: Readonly<Record<string, string>> = {
    in: 'In',
    notin: 'NotIn',
    exists: 'Exists',
    '!': 'DoesNotExist',
  };
  for (const { key, operator, values } of parsed.value) {
    if (operator === '=' || operator === '==') labels[key] = values[0] ?? '';
    else if (!names[operator]) throw failed(`"${operator}" is not a valid label selector operator`);
    else rest.push(`{${key} ${names[operator]} [${values.join(' ')}]}`);
  }
  return { labels, expressions: rest.join(' ') };
}

const selector: Command = {
  name: 'selector',
  use: 'set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  short: 'Set the selector on a resource',
  flags: `all=false ${printFlags} dry-run='none' field-manager='kubectl-set' -f|filename=[]
    local=false -R|recursive=true resource-version=''`,
  *run(context: Context): Call<void> {
    const { args } = context;
    if (args.length === 0) throw failed('one selector is required');
    const named = args.slice(0, -1);
    const { labels: wanted, expressions } = selectorOf(args.at(-1) as string);
    refuseLocal(context, named);
    yield* editAll(context, named, { operation: 'selector updated', always: true }, (object) => {
      if (object.kind !== 'Service') {
        throw failed('setting a selector is only supported for Services');
      }
      if (expressions !== '') {
        throw failed(`match expression [${expressions}] not supported on this object`);
      }
      (at(object, 'spec') as Record<string, unknown>)['selector'] = wanted;
    });
  },
};

const serviceaccount: Command = {
  name: 'serviceaccount',
  aliases: ['sa'],
  use: 'set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  short: 'Update the service account of a resource',
  flags: common,
  *run(context: Context): Call<void> {
    const { args } = context;
    const name = args.at(-1);
    if (name === undefined) throw failed('serviceaccount is required');
    refuseLocal(context, args.slice(0, -1));
    const words = {
      operation: 'serviceaccount updated',
      failure: 'failed to patch ServiceAccountName',
      always: true,
    };
    yield* editAll(context, args.slice(0, -1), words, (object, info) => {
      requirePodSpec(object, info)['serviceAccountName'] = name;
    });
  },
};

export default defineCommand({
  name: 'set',
  use: 'set SUBCOMMAND',
  short: 'Set specific features on objects',
  long: 'Configure application resources.\n\n These commands change what is there already.',
  commands: [env, image, resources, selector, serviceaccount, subject],
});
