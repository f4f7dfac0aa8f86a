import {
  backendRef,
  duration,
  headerName,
  hostname,
  parentRefs,
  routeStatus,
  sectionName,
  sessionPersistence,
} from '../shared.ts';
import { AGE, type GatewayKind } from '../crd.ts';
import { list, mapList, obj, oneOf, rules, text, withDefault } from '../schema.ts';
import { httpFilters } from './filters.ts';

const valueMatch = obj({
  'name!': headerName,
  type: withDefault(oneOf('Exact', 'RegularExpression'), 'Exact'),
  'value!': text(1, 4_096),
});
const queryMatch = obj({
  'name!': headerName,
  type: withDefault(oneOf('Exact', 'RegularExpression'), 'Exact'),
  'value!': text(1, 1_024),
});
const exactOrPrefix = "(self.type in ['Exact','PathPrefix'])";
const never = (part: string): [string, string] => [
  `must not contain '${part}' when type one of ['Exact', 'PathPrefix']`,
  `${exactOrPrefix} ? !self.value.contains('${part}') : true`,
];
const neverAtEnd = (part: string): [string, string] => [
  `must not end with '${part}' when type one of ['Exact', 'PathPrefix']`,
  `${exactOrPrefix} ? !self.value.endsWith('${part}') : true`,
];
const pathMatch = obj(
  {
    type: withDefault(oneOf('Exact', 'PathPrefix', 'RegularExpression'), 'PathPrefix'),
    value: withDefault(text(0, 1_024), '/'),
  },
  rules(
    [
      "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
      `${exactOrPrefix} ? self.value.startsWith('/') : true`,
    ],
    ...['//', '/./', '/../', '%2f', '%2F', '#'].map(never),
    ...['/..', '/.'].map(neverAtEnd),
    [
      "type must be one of ['Exact', 'PathPrefix', 'RegularExpression']",
      "self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'",
    ],
    [
      "must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0" +
        "-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']",
      `${exactOrPrefix} ? self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a` +
        `-fA-F]{2})+$""") : true`,
    ],
  ),
);
const match = obj({
  headers: mapList(valueMatch, ['name'], 16),
  method: oneOf(...'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' ')),
  path: withDefault(pathMatch, { type: 'PathPrefix', value: '/' }),
  queryParams: mapList(queryMatch, ['name'], 16),
});
const ANY = [{ path: { type: 'PathPrefix', value: '/' } }];

const prefixOnly = (filter: string, path: string): [string, string] => [
  `When using ${filter} filter with path.replacePrefixMatch, exactly ` +
    `one PathPrefix match must be specified`,
  `(has(self.filters) && self.filters.exists_one(f, has(f.${path}) ` +
    `&& has(f.${path}.path) && f.${path}.path.type == 'ReplacePrefixMatch' ` +
    `&& has(f.${path}.path.replacePrefixMatch))) ? ((size(self.matches) ` +
    `!= 1 || !has(self.matches[0].path) || self.matches[0].path.type ` +
    `!= 'PathPrefix') ? false : true) : true`,
];
const rule = obj(
  {
    backendRefs: list(backendRef({ filters: httpFilters }), 16),
    filters: httpFilters,
    matches: withDefault(list(match, 64), ANY as never),
    name: sectionName,
    sessionPersistence,
    timeouts: obj(
      { backendRequest: duration, request: duration },
      rules([
        'backendRequest timeout cannot be longer than request timeout',
        '!(has(self.request) && has(self.backendRequest) && duration(self.request) ' +
          "!= duration('0s') && duration(self.backendRequest) > duration(self.request))",
      ]),
    ),
  },
  rules(
    [
      'RequestRedirect filter must not be used together with backendRefs',
      '(has(self.backendRefs) && size(self.backendRefs) > 0) ? (!has(self.filters) ' +
        '|| self.filters.all(f, !has(f.requestRedirect))): true',
    ],
    prefixOnly('RequestRedirect', 'requestRedirect'),
    prefixOnly('URLRewrite', 'urlRewrite'),
  ),
);

const httpRoute: GatewayKind = {
  kind: 'HTTPRoute',
  plural: 'httproutes',
  versions: ['v1', 'v1beta1'],
  description: 'Where HTTP requests go that a Gateway takes in.',
  columns: [{ name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' }, AGE],
  spec: obj({
    hostnames: list(hostname, 16),
    parentRefs,
    rules: withDefault(
      list(
        rule,
        16,
        rules([
          'While 16 rules and 64 matches per rule are allowed, the total ' +
            'number of matches across all rules in a route must be less than ' +
            '128',
          '(self.size() > 0 ? self[0].matches.size() : 0) + (self.size() ' +
            '> 1 ? self[1].matches.size() : 0) <= 128',
        ]),
      ),
      [{ matches: ANY }] as never,
    ),
  }),
  status: routeStatus,
};

export default [httpRoute];
