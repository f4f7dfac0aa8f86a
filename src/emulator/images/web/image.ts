import type { Image } from '../../host/runtime-api.ts';
import { coreutils, shells, text } from '../programs.ts';

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;
const site = `server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

/** Versions that Docker Hub has, near enough: what is no version of nginx cannot be pulled. */
const versions = Array.from({ length: 24 }, (_each, index) => `1.${index + 7}`);
const nginxTags = ['', ...versions, ...versions.flatMap(patches)]
  .flatMap((version) => [version, `${version}-alpine`])
  .map((tag) => tag.replace(/^-/, ''))
  .concat('stable', 'stable-alpine', 'mainline', 'mainline-alpine', 'latest');

function patches(version: string): string[] {
  return Array.from({ length: 13 }, (_each, patch) => `${version}.${patch}`);
}

/** Servers for the courses' pods. */
const images: readonly Image[] = [
  {
    names: ['nginx'],
    tags: nginxTags,
    programs: [...shells, ...coreutils, ...text, 'nginx', 'curl', 'getent'],
    entrypoint: [],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { NGINX_VERSION: '1.27.5', PKG_RELEASE: '1~bookworm' },
    files: {
      '/usr/share/nginx/html/index.html': welcome,
      '/etc/nginx/conf.d/default.conf': site,
      '/etc/nginx/nginx.conf':
        'user  nginx;\nworker_processes  auto;\n\nevents {\n    ' +
        'worker_connections  1024;\n}\n\nhttp {\n    include ' +
        '/etc/nginx/conf.d/*.conf;\n}\n',
    },
    directories: ['/var/log/nginx', '/var/cache/nginx'],
    size: 72_400_000,
  },
  {
    names: ['hashicorp/http-echo'],
    programs: ['http-echo'],
    entrypoint: ['/http-echo'],
    user: '65532',
    size: 3_100_000,
  },
];

export default images;
