// What the images of the course hold, and what they lack.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

function start(commands: string) {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  expect(run(`${commands}\nkubectl wait --for=condition=Ready pod --all`).exit).toBe(0);
  run('sleep 2');
  return run;
}

it('busybox has ash and its own wget, and nothing else of that kind', () => {
  const run = start(`kubectl create deployment web --image=nginx
kubectl expose deployment web --port=80
kubectl run bb --image=busybox --restart=Never -- sleep 1d`);
  expect(run('kubectl exec bb -- wget -qO- web').stdout).toContain('Welcome to nginx!');
  expect(run('kubectl exec bb -- wget --spider -T 1 http://web').stderr).toMatch(
    /^Connecting to web \(10\.[\d.]+:80\)\nremote file exists\n$/,
  );
  expect(run('kubectl exec bb -- wget -O- http://web/no').stderr).toMatch(
    /\nwget: server returned error: HTTP\/1\.1 404 Not Found\ncommand terminated .* code 1\n$/,
  );
  expect(run('kubectl exec bb -- nc -zv web 80').stderr).toMatch(/^web \(10\.[\d.]+:80\) open\n$/);
  expect(run('kubectl exec bb -- busybox wget nosuch').stderr).toMatch(
    /^wget: bad address 'nosuch'\n/,
  );
  for (const missing of ['curl', 'bash']) {
    const { stderr, exit } = run(`kubectl exec bb -- ${missing} web`);
    const why = `unable to start container process: exec: "${missing}": `;
    expect(stderr).toContain(`${why}executable file not found in $PATH`);
    expect(exit).toBe(1);
  }
  const once = run('kubectl run -it --rm t --image=busybox --restart=Never -- wget -qO- web');
  expect(once.stdout).toMatch(/<\/html>\n(If you don.*\n)?pod "t" deleted/);
  const log = run('kubectl logs deploy/web').stdout;
  expect(log).toContain('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
  expect(log).toMatch(/ \[notice\] 1#1: nginx\/1\.27\.5\n/);
  expect(log).toMatch(/^10\.244\.\d\.\d+ - - .* "GET \/ HTTP\/1\.1" 200 615 "-" "Wget" "-"$/m);
});

it('redis serves its own client and a bare connection', () => {
  const run = start(`kubectl run redis --image=redis --port=6379 --expose
kubectl run ns --image=nicolaka/netshoot -- sleep 1d`);
  const cli = (words: string) => run(`kubectl exec redis -- redis-cli -h redis ${words}`).stdout;
  expect(cli('set hits 9')).toBe('OK\n');
  expect(cli('incr hits')).toBe('10\n');
  expect(cli("keys 'h*'")).toBe('hits\n');
  expect(cli('incr')).toBe("ERR wrong number of arguments for 'incr' command\n\n");
  expect(cli('foo bar')).toBe("ERR unknown command 'foo', with args beginning with: 'bar' \n\n");
  expect(cli('--no-raw get hits')).toBe('"10"\n');
  expect(cli('-p 6380 ping')).toBe('');
  const bare =
    'kubectl exec ns -- sh -c \'printf "PING\\r\\nGET hits\\r\\nQUIT\\r\\n" | nc redis 6379\'';
  expect(run(bare).stdout).toBe('+PONG\r\n$2\r\n10\r\n+OK\r\n');
  const refused = run('kubectl exec redis -- redis-cli -h redis -p 6380 ping').stderr;
  expect(refused).toMatch(/^Could not connect to Redis at redis:6380: /);
});

it('echo servers tell who they are and who asked', () => {
  const run = start(`kubectl run who --image=traefik/whoami --port=80 --expose
kubectl run ag --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --port=8080 --expose -- netexec
kubectl run echo --image=hashicorp/http-echo --port=5678 --expose -- -text=hello
kubectl run c --image=curlimages/curl -- sleep 1d`);
  const address = run('kubectl get pod c -o jsonpath={.status.podIP}').stdout;
  const ask = (url: string) => run(`kubectl exec c -- curl -sS ${url}`).stdout;
  expect(ask('who')).toContain(`Hostname: who\nIP: 127.0.0.1\n`);
  expect(ask('who')).toMatch(new RegExp(`RemoteAddr: ${address}:\\d+\nGET / HTTP/1.1\r\n`));
  expect(ask('ag:8080/hostname')).toBe('ag');
  expect(ask('ag:8080/clientip')).toMatch(new RegExp(`^${address}:\\d+$`));
  expect(ask('echo:5678')).toBe('hello\n');
  const once = run('kubectl run o --image=curlimages/curl --restart=Never -i --rm -- -s echo:5678');
  expect(once.stdout).toMatch(/^hello\n/);
});

it('bash reads and writes connections of its own, and gives them to its children', () => {
  const run = start(`kubectl run web --image=nginx --port=80 --expose
kubectl run ns --image=nicolaka/netshoot -- sleep 1d`);
  const bash = (text: string) => run(`kubectl exec ns -- bash -c '${text}'`);
  const ask = 'exec 3<>/dev/tcp/web/80; printf "HEAD / HTTP/1.0\\r\\n\\r\\n" >&3';
  expect(bash(`${ask}; read -r first <&3; echo "$first"`).stdout).toBe('HTTP/1.1 200 OK\r\n');
  expect(bash(`${ask}; cat <&3 | grep -c :`).stdout).toBe('8\n');
  const refused = bash('</dev/tcp/web/81');
  expect(refused.stderr).toMatch(/\/dev\/tcp\/web\/81: /);
  expect(bash('</dev/tcp/127.0.0.1/81').stderr).toContain(
    'bash: connect: Connection refused\nbash: line 1: /dev/tcp/127.0.0.1/81: Connection refused\n',
  );
});

it('an alpine tag is of an image with busybox', () => {
  const run = start('kubectl run web --image=nginx:1.27-alpine');
  expect(run('kubectl exec web -- sh -c "echo \\$0; curl -sI localhost | head -1"').stdout).toBe(
    'sh\nHTTP/1.1 200 OK\r\n',
  );
  expect(run('kubectl exec web -- bash').stderr).toContain('executable file not found in $PATH');
  expect(run('kubectl exec web -- cat /etc/alpine-release').exit).toBe(0);
});
