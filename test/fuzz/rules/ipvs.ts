// Random virtual servers, in the words of ipvsadm; and lines of strangers for it and conntrack.
import fc from 'fast-check';

const number = (max: number, min = 0) => fc.integer({ min, max });
const server = fc
  .tuple(fc.constantFrom('-t', '-u'), number(250, 1), number(65_535, 1))
  .map(([flag, host, port]) => `${flag} 10.96.0.${host}:${port}`);
const scheduler = fc.constantFrom('rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq', 'mh');
const real = fc
  .tuple(number(250, 1), number(65_535, 1), number(100), fc.constantFrom('-m', '-g', '-i'))
  .map(([host, port, weight, how]) => ({ to: `10.244.0.${host}:${port}`, weight, how }));

/** Lines for `ipvsadm -R`. */
export const ipvsLines: fc.Arbitrary<readonly string[]> = fc
  .uniqueArray(
    fc.tuple(
      server,
      scheduler,
      fc.constantFrom('', ' -p 300'),
      fc.uniqueArray(real, {
        maxLength: 4,
        selector: ({ to }) => to,
      }),
    ),
    { minLength: 1, maxLength: 4, selector: ([at]) => at },
  )
  .map((servers) =>
    servers.flatMap(([at, how, persistent, reals]) => [
      `-A ${at} -s ${how}${persistent}`,
      // Only translation may change the port.
      ...reals.map(({ to, weight, how: way }) => {
        const port = way === '-m' ? to : to.replace(/:.*/, `:${at.split(':')[1]}`);
        return `-a ${at} -r ${port} ${way} -w ${weight}`;
      }),
    ]),
  );

const word = fc.constantFrom(
  ...'-A -a -E -e -D -d -L -l -n -t -u -f -r -s -w -m -g -i -p -S -R -C -Z --stats --rate -c'.split(
    ' ',
  ),
  ...'1.1.1.1:80 10.0.0.1 rr wrr foo 5 -1 70000 [::1]:80 1.1.1.1:http --set 1 2 3'.split(' '),
);
const other = fc.constantFrom(
  ...'-L -D -F -C -S -E -p tcp udp icmp -s -d -r -q --state ESTABLISHED -o extended xml'.split(' '),
  ...'1.1.1.1 10.0.0.0/8 --dport --sport 80 99999 -m 1/0xff -n -g -w 5 -z -u ASSURED foo'.split(
    ' ',
  ),
);

/** Lines of a shell, made of words that stand the quotes. */
export const ipvsWords: fc.Arbitrary<string> = fc.oneof(
  fc.array(word, { maxLength: 7 }).map((all) => `ipvsadm ${all.join(' ')} < /dev/null`),
  fc.array(other, { maxLength: 6 }).map((all) => `timeout 2 conntrack ${all.join(' ')}`),
);
