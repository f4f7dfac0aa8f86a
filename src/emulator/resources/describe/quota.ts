import { formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Writer } from './writer.ts';

export type Amounts = Readonly<Record<string, string | number>>;

/** A ResourceQuota as far as it is described. */
export interface QuotaShape extends ApiObject {
  readonly spec?: { readonly hard?: Amounts; readonly scopes?: readonly string[] };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

const scopeHelp: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node ' +
    'before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long ' +
    'running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort ' +
    'quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a ' +
    'burstable or guaranteed quality of service.',
};

/** The canonical text of an amount, `0` where there is none; `like` gives the form of units. */
export function amountText(amount: string | number | undefined, like?: string | number): string {
  const quantity = parseQuantity(String(amount ?? '0'));
  if (!quantity) return String(amount);
  const format = like === undefined ? quantity.format : parseQuantity(String(like))?.format;
  return formatQuantity({ ...quantity, format: format ?? quantity.format });
}

/** Scopes with what they mean; `bullet` begins the lines of their meanings. */
function scopeLines(writer: Writer, level: number, quota: QuotaShape, bullet: string): void {
  const scopes = (quota.spec?.scopes ?? []).toSorted();
  if (scopes.length === 0) return;
  writer.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) {
    if (scopeHelp[scope]) writer.line(level, `${bullet}${scopeHelp[scope]}`);
  }
}

/** `describe quota` below name and namespace. */
export function quotaTable(writer: Writer, quota: QuotaShape): void {
  const { hard = {}, used = {} } = quota.status ?? {};
  scopeLines(writer, 0, quota, ' * ');
  writer.line(0, 'Resource\tUsed\tHard');
  writer.line(0, '--------\t----\t----');
  for (const name of Object.keys(hard).sort()) {
    writer.line(0, `${name}\t${amountText(used[name], hard[name])}\t${amountText(hard[name])}`);
  }
}

/** What `describe namespace` and `describe node` tell of quotas (`DescribeResourceQuotas`). */
export function quotaSection(writer: Writer, quotas: readonly QuotaShape[]): void {
  if (quotas.length === 0) {
    writer.line(0, 'No resource quota.');
    return;
  }
  writer.line(0, 'Resource Quotas');
  for (const quota of quotas.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const { hard = {}, used = {} } = quota.status ?? {};
    writer.line(1, `Name:\t${quota.metadata.name}`);
    scopeLines(writer, 1, quota, '* ');
    writer.line(1, 'Resource\tUsed\tHard');
    writer.line(1, '--------\t---\t---');
    for (const name of Object.keys(hard).sort()) {
      writer.line(1, `${name}\t${amountText(used[name])}\t${amountText(hard[name])}`);
    }
  }
}
