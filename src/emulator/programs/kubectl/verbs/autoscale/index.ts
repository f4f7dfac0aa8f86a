import { formatQuantity, parseQuantity } from '../../../../apimachinery/quantity.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, problemOf, throwAll } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { createObject, withLastApplied } from '../../mutate.ts';
import type { Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { apiVersionOf, type Mapping } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'autoscale',
  use:
    'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS ' +
    '[--cpu=CPU] [--memory=MEMORY]',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags:
    `${printFlags} cpu='' cpu-percent=-1 dry-run='none' field-manager='kubectl-autoscale' ` +
    `${fileFlags} max=-1 memory='' min=-1 name='' save-config=false`,
  deprecated: {
    'cpu-percent':
      'Use --cpu with percentage or resource quantity format ' +
      "(e.g., '70%' for utilization or '500m' for milliCPU).",
  },
  required: ['max'],
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags } = context;
  check(context);
  const metrics = metricsOf(context);
  const { infos, problems } = yield* visit(context, selectionOf(context));
  throwAll(problems);
  const mapper = yield* context.mapper();
  for (const info of infos) {
    const { group, version, kind, plural, subresources } = info.mapping;
    if (!subresources.includes('scale')) {
      throw failed(
        `cannot autoscale a ${kind}: could not find scale subresource for ` +
          `${group}/${version}, Resource=${plural} in discovery information`,
      );
    }
    let object = autoscalerOf(context, info, metrics);
    if (dryRun(context) === 'client') {
      yield* resultPrinter(context, 'created').print(object, { typed: true });
      continue;
    }
    if (flags.on('save-config')) object = withLastApplied(object, true);
    const mapping = yield* mapper.forArgument('horizontalpodautoscalers.v2.autoscaling');
    const made = yield* create(context, mapping, info.namespace, object);
    yield* resultPrinter(context, 'autoscaled').print(made, { typed: true });
  }
}

/** Creates it; where v2 is refused, v1 is tried, which knows a share of the CPU alone. */
function* create(context: Context, mapping: Mapping, namespace: string, object: Obj): Call<Obj> {
  try {
    return yield* createObject(context, mapping, namespace, object);
  } catch (caught) {
    const { flags } = context;
    const cpu = flags.text('cpu');
    const share = flags.number('cpu-percent') > 0 || cpu.endsWith('%');
    if (problemOf(caught).type !== 'status' || share) throw caught;
    throw failed(
      'failed to create autoscaling/v2 HPA and the configuration is incompatible with ' +
        `autoscaling/v1: ${cpu === '' ? 'empty input' : '%!w(<nil>)'}`,
    );
  }
}

function check({ flags }: Context): void {
  const [least, most] = [flags.number('min'), flags.number('max')];
  if (most < 1) throw failed(`--max=MAXPODS is required and must be at least 1, max: ${most}`);
  if (most < least) {
    const shown = `max: ${most}, min: ${least}`;
    throw failed(`--max=MAXPODS must be larger or equal to --min=MINPODS, ${shown}`);
  }
  if (flags.number('cpu-percent') > 0 && flags.text('cpu') !== '') {
    throw failed('--cpu-percent and --cpu are mutually exclusive');
  }
}

/** What is measured: a share of what is asked for (`70%`) or an average amount (`500m`). */
function metricsOf({ flags }: Context): readonly object[] {
  const percent = flags.number('cpu-percent');
  const asked = [
    ['cpu', flags.text('cpu') || (percent > 0 ? `${percent}%` : '')],
    ['memory', flags.text('memory')],
  ] as const;
  return asked
    .filter(([, text]) => text !== '')
    .map(([name, text]) => ({ type: 'Resource', resource: { name, target: target(name, text) } }));
}

function target(name: string, text: string): object {
  if (/^\d+%$/.test(text)) {
    return { type: 'Utilization', averageUtilization: Number(text.slice(0, -1)) };
  }
  // A number alone is thousandths of a core, or bytes.
  const quantity = parseQuantity(name === 'cpu' && /^\d+$/.test(text) ? `${text}m` : text);
  if (!quantity) throw failed(`invalid resource ${name} value: ${text}`);
  return { type: 'AverageValue', averageValue: formatQuantity(quantity) };
}

function autoscalerOf(context: Context, info: Info, metrics: readonly object[]): Obj {
  const { flags } = context;
  const least = flags.number('min');
  const explicit = context.namespace().explicit && dryRun(context) === 'client';
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: {
      name: flags.text('name') || info.name,
      ...(explicit && { namespace: info.namespace }),
    },
    spec: {
      scaleTargetRef: {
        kind: info.mapping.kind,
        name: info.name,
        apiVersion: apiVersionOf(info.mapping),
      },
      ...(least > 0 && { minReplicas: least }),
      maxReplicas: flags.number('max'),
      ...(metrics.length > 0 && { metrics }),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}
