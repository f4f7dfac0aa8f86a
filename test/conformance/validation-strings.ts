// Cases of apimachinery's string validators and of label maps (suite conformance/validation).
import { errorText } from '../../src/emulator/apimachinery/field-error.ts';
import * as cidrs from '../../src/emulator/apimachinery/ip.ts';
import * as domains from '../../src/emulator/apimachinery/domain-names.ts';
import * as names from '../../src/emulator/apimachinery/names.ts';
import { validateLabels } from '../../src/emulator/resources/metadata.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly function: string;
  readonly value: unknown;
  readonly strict?: boolean;
  readonly validOld?: readonly string[] | null;
  readonly min?: number;
  readonly max?: number;
  readonly options?: { readonly name?: string };
  readonly errors: readonly (string | { readonly message: string })[];
}

export const handles = (path: string) => /validation\/(strings|labels)\.json$/.test(path);

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  for (const each of file.cases) {
    const got = errorsOf(each);
    if (!got) {
      yield { id: each.id, outcome: 'unsupported' };
      continue;
    }
    const wanted = each.errors.map((error) => (typeof error === 'string' ? error : error.message));
    const same = JSON.stringify(wanted.toSorted()) === JSON.stringify(got.toSorted());
    const detail = `expected ${JSON.stringify(wanted)}\n     got ${JSON.stringify(got)}`;
    yield { id: each.id, outcome: same ? 'pass' : 'fail', detail };
  }
}

const plain: Readonly<Record<string, (value: string) => readonly string[]>> = {
  IsDNS1123Label: names.isDns1123Label,
  IsDNS1123Subdomain: names.isDns1123Subdomain,
  IsDNS1123SubdomainWithUnderscore: names.isDns1123SubdomainWithUnderscore,
  IsWildcardDNS1123Subdomain: names.isWildcardDns1123Subdomain,
  IsDNS1035Label: names.isDns1035Label,
  IsQualifiedName: names.isQualifiedName,
  IsValidLabelValue: names.isValidLabelValue,
  IsFullyQualifiedDomainName: domains.isFullyQualifiedDomainName,
  IsFullyQualifiedName: domains.isFullyQualifiedName,
  IsDomainPrefixedPath: domains.isDomainPrefixedPath,
  IsDomainPrefixedKey: domains.isDomainPrefixedKey,
  IsValidPortName: names.isValidPortName,
  IsHTTPHeaderName: names.isHttpHeaderName,
  IsConfigMapKey: names.isConfigMapKey,
  IsValidPercent: names.isValidPercent,
  IsRelaxedEnvVarName: names.isRelaxedEnvVarName,
  IsValidIP: cidrs.isValidIP,
  IsValidCIDR: cidrs.isValidCidr,
  IsValidInterfaceAddress: cidrs.isValidInterfaceAddress,
};

function errorsOf(each: Case): readonly string[] | undefined {
  const { value, strict = false, validOld } = each;
  switch (each.function) {
    case 'IsValidIPForLegacyField':
      return cidrs.isValidIPForLegacyField(value as string, strict, validOld ?? []);
    case 'IsValidCIDRForLegacyField':
      return cidrs.isValidCidrForLegacyField(value as string, strict, validOld ?? []);
    case 'IsValidPortNum':
      return names.isValidPortNum(value as number);
    case 'IsInRange':
      return names.isInRange(value as number, each.min ?? 0, each.max ?? 0);
    case 'ValidateLabels': {
      const path = each.options?.name ?? 'field';
      return validateLabels(value as Readonly<Record<string, string>>, path).map(errorText);
    }
    default:
      return plain[each.function]?.(value as string);
  }
}
