/** Functions that are best said in jq itself. */
export const prelude = `
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def tostream: tostream_list[];
def fromstream(f):
  foreach f as $e ({};
    if .done then {} else . end
    | if ($e | length) == 2 then
        .value |= setpath($e[0]; $e[1]) | .done = (($e[0] | length) == 0)
      else .done = (($e[0] | length) == 1) end;
    if .done then .value else empty end);
def truncate_stream(f): . as $n | null | f | . as $e
  | if ($e[0] | length) > $n then setpath([0]; $e[0][$n:]) else empty end;
def combinations(n): . as $in | [range(n)] | map($in) | combinations;
def recurse_down: recurse;
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
`;
