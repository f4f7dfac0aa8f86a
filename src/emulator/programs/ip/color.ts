// Colours of `ip -c` (iproute2's lib/color.c), put into what was printed without them.

const code = { name: 36, mac: 33, inet: 35, inet6: 34, up: 32, down: 31 } as const;
type Colour = keyof typeof code;

const paint = (colour: Colour, text: string) => `\u001b[${code[colour]}m${text}\u001b[0m`;
const family = (address: string): Colour => (address.includes(':') ? 'inet6' : 'inet');

const MAC = /^([0-9a-f]{2}:){3,}[0-9a-f]{2}$/;
const IP = /^[\d.]+$|^[0-9a-f:]*::?[0-9a-f:.]*$/;

const isIp = (word: string) => IP.test(word) && !MAC.test(word) && /[.:]/.test(word);

/** `UP` is green and `DOWN` red; other states have no colour. */
function state(word: string, text: string): string {
  if (word === 'UP') return paint('up', text);
  return word === 'DOWN' ? paint('down', text) : text;
}

/** Lines of `ip link`, `ip addr` and `ip maddress`. */
function linkLine(line: string): string {
  return line
    .replace(
      /^(\d+: )(\S+: )(?=<)/,
      (_, index: string, name: string) => index + paint('name', name),
    )
    .replace(/ state (\S+) /, (_, word: string) => ` state ${state(word, `${word} `)}`)
    .replace(/(?<=^ +link\/\S+ )\S+/, (mac) => paint('mac', mac))
    .replace(/(?<=^ +link\/\S+ \S+ (brd|peer) )\S+/, (mac) => paint('mac', mac))
    .replace(/(?<=\binet6? )[\d.a-f:]+/, (address) => paint(family(address), address))
    .replace(/(?<=\bbrd )[\d.]+(?= )/, (address) => paint('inet', address));
}

/** Lines of `-br`, whose columns are coloured with their blanks. */
function briefLine(line: string): string {
  const [, name = '', word = '', gap = '', rest = ''] = /^(\S+ +)(\S+)( +)(.*)$/.exec(line) ?? [];
  if (word === '') return line;
  const shown = rest.split(' ').map((each) => {
    if (MAC.test(each)) return each;
    const [address = '', length] = each.split('/');
    return length === undefined ? each : `${paint(family(address), address)}/${length}`;
  });
  const [mac = '', ...others] = shown;
  const last = MAC.test(mac) ? `${paint('mac', `${mac} `)}${others.join(' ')}` : shown.join(' ');
  return `${paint('name', name)}${state(word, word + gap)}${last}`;
}

/** A neighbour of `-br`: address, device, MAC address. */
function briefNeighbour(line: string): string {
  const [, address = '', device = '', mac = ''] = /^(\S+ +)(\S+ +)(\S*)/.exec(line) ?? [];
  const last = mac === '' ? '' : paint('mac', mac);
  return `${paint(family(address), address)}${paint('name', device)}${last}`;
}

/** Lines of `ip route` and `ip neigh`: each address and device, with the blank behind it. */
function routeLine(line: string): string {
  const words = line.split(' ');
  const hop = line.startsWith('\tnexthop');
  let out = '';
  for (const [index, word] of words.entries()) {
    const blank = index < words.length - 1 ? ' ' : '';
    const before = words[index - 1];
    const plain = word.replace(/\/\d+$/, '');
    if (before === 'dev' && !hop) out += paint('name', word + blank);
    else if (before === 'lladdr') out += paint('mac', word + blank);
    else if (isIp(plain)) out += paint(family(plain), word + blank);
    else out += word + blank;
  }
  return out;
}

/**
 * Puts colours into the output of an object's command. `brief` is `-br`; JSON has no colours.
 */
export function coloured(object: string, text: string, brief: boolean): string {
  const isLink = object === 'address' || object === 'link';
  const isRoute = object === 'route' || object.startsWith('neigh');
  if (!isLink && !isRoute) return text;
  const line = isLink
    ? brief
      ? briefLine
      : linkLine
    : brief && object !== 'route'
      ? briefNeighbour
      : routeLine;
  return text
    .split('\n')
    .map((each) => (each === '' ? each : line(each)))
    .join('\n');
}
