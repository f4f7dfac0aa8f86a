import type { Structural } from '../../../apimachinery/structural.ts';
import { headerFilter, localRef, mirrorFilter, port, preciseHostname } from '../shared.ts';
import { bool, int, list, obj, oneOf, rules, str, text, withDefault } from '../schema.ts';

/** How the path of a request is rewritten. */
const pathModifier = obj(
  {
    replaceFullPath: text(0, 1_024),
    replacePrefixMatch: text(0, 1_024),
    'type!': oneOf('ReplaceFullPath', 'ReplacePrefixMatch'),
  },
  rules(
    [
      "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
      "self.type == 'ReplaceFullPath' ? has(self.replaceFullPath) : true",
    ],
    [
      "type must be 'ReplaceFullPath' when replaceFullPath is set",
      "has(self.replaceFullPath) ? self.type == 'ReplaceFullPath' : true",
    ],
    [
      "replacePrefixMatch must be specified when type is set to 'ReplacePrefixMatch'",
      "self.type == 'ReplacePrefixMatch' ? has(self.replacePrefixMatch) : true",
    ],
    [
      "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set",
      "has(self.replacePrefixMatch) ? self.type == 'ReplacePrefixMatch' : true",
    ],
  ),
);

const status: Structural = { type: 'integer', enum: [301, 302, 303, 307, 308] };
const redirect = obj({
  hostname: preciseHostname,
  path: pathModifier,
  port,
  scheme: oneOf('http', 'https'),
  statusCode: withDefault(status, 302),
});
const rewrite = obj({ hostname: preciseHostname, path: pathModifier });
const origin = text(1, 253, {
  pattern: '(^\\*$)|(^([a-zA-Z][a-zA-Z0-9+\\-.]+):\\/\\/([^:/?#]+)(:([0-9]{1,5}))?$)',
});
const methods = 'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' ');
const token = text(1, 256, { pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$" });
const cors = obj({
  allowCredentials: bool(),
  allowHeaders: list(token, 64, { 'x-kubernetes-list-type': 'set' }),
  allowMethods: list(str({ enum: [...methods, '*'] }), 9, { 'x-kubernetes-list-type': 'set' }),
  allowOrigins: list(origin, 64, { 'x-kubernetes-list-type': 'set' }),
  exposeHeaders: list(token, 64, { 'x-kubernetes-list-type': 'set' }),
  maxAge: withDefault(int(1, 2_147_483_647), 5),
});

/** The filter types of HTTP routes, with the field that each one needs. */
const http: Readonly<Record<string, readonly [field: string, schema: Structural]>> = {
  RequestHeaderModifier: ['requestHeaderModifier', headerFilter],
  ResponseHeaderModifier: ['responseHeaderModifier', headerFilter],
  RequestMirror: ['requestMirror', mirrorFilter],
  RequestRedirect: ['requestRedirect', redirect],
  URLRewrite: ['urlRewrite', rewrite],
  ExtensionRef: ['extensionRef', localRef],
  CORS: ['cors', cors],
};
const grpc = Object.fromEntries(
  ['ResponseHeaderModifier', 'RequestHeaderModifier', 'RequestMirror', 'ExtensionRef'].map(
    (type) => [type, http[type]],
  ),
) as typeof http;

function filterOf(types: typeof http): Structural {
  const pairs = Object.entries(types);
  return obj(
    {
      ...Object.fromEntries(pairs.map(([, [field, schema]]) => [field, schema])),
      'type!': oneOf(...pairs.map(([type]) => type)),
    },
    rules(
      ...pairs.flatMap(([type, [field]]): [string, string][] => [
        [
          `filter.${field} must be nil if the filter.type is not ${type}`,
          `!(has(self.${field}) && self.type != '${type}')`,
        ],
        [
          `filter.${field} must be specified for ${type} filter.type`,
          `!(!has(self.${field}) && self.type == '${type}')`,
        ],
      ]),
    ),
  );
}

const once = (type: string): [string, string] => [
  `${type} filter cannot be repeated`,
  `self.filter(f, f.type == '${type}').size() <= 1`,
];
const EITHER: [string, string] = [
  'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, ' +
    'but not both',
  "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
];
const SINGLE = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'URLRewrite',
  'CORS',
];

/** Filters of a rule of an HTTPRoute, and of a backend of one. */
export const httpFilters = list(filterOf(http), 16, rules(EITHER, ...SINGLE.map(once)));
/** Filters of a rule of a GRPCRoute, and of a backend of one. */
export const grpcFilters = list(filterOf(grpc), 16, rules(...SINGLE.slice(0, 2).map(once)));
