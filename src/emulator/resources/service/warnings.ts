import { cidrWarnings, ipWarnings } from '../../apimachinery/ip.ts';
import { at } from '../../apimachinery/field-error.ts';
import { isHeadless, type Service } from './shapes.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

/** `GetWarningsForService` (`pkg/api/service/warnings.go`). */
export function warnings(service: Service, old: Service | undefined): string[] {
  const { spec, metadata } = service;
  const said: string[] = [];
  if (metadata.annotations?.[HINTS] !== undefined) {
    said.push(`annotation ${HINTS} is deprecated, please use ${MODE} instead`);
  }
  const ips = (field: 'clusterIPs' | 'externalIPs') =>
    (spec[field] ?? []).flatMap((ip, index) => ipWarnings(ip, at('spec', field, index)));
  if (!isHeadless(spec) && spec.type !== 'ExternalName') said.push(...ips('clusterIPs'));
  said.push(...ips('externalIPs'));
  if (spec.loadBalancerIP) said.push(...ipWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP'));
  (spec.loadBalancerSourceRanges ?? []).forEach((range, index) => {
    said.push(...cidrWarnings(range.trim(), at('spec', 'loadBalancerSourceRanges', index)));
  });
  if (spec.externalIPs?.length && !old?.spec.externalIPs?.length) {
    said.push('spec.externalIPs is deprecated in v1.36+ and will be removed in a future release');
  }
  if (spec.type === 'ExternalName' && spec.externalIPs?.length) {
    said.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.type !== 'ExternalName' && spec.externalName) {
    said.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  const close = 'PreferClose';
  if (spec.trafficDistribution === close && old?.spec.trafficDistribution !== close) {
    said.push(`spec.trafficDistribution: "${close}" is deprecated; use "PreferSameZone"`);
  }
  return said;
}
