import type { Image } from '../../host/runtime-api.ts';
import { busybox, coreutils, shells, text } from '../programs.ts';
import { nginxFiles } from './nginx-files.ts';

/** What every Debian image has, the slim ones too. */
const debian = [...shells, ...coreutils, ...text, 'which', 'test', 'clear', 'getent', 'more'];
const debianRelease =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n' +
  'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n';

const alpineFiles = {
  '/etc/alpine-release': '3.21.3\n',
  '/etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.21.3\n',
};

/** Options alone, or a configuration file, are for redis-server. */
const redisEntrypoint = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
# or first arg is \`something.conf\`
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

exec "$@"
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
    programs: [...debian, 'nginx', 'curl'],
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { NGINX_VERSION: '1.27.5', NJS_VERSION: '0.8.10', PKG_RELEASE: '1~bookworm' },
    files: { ...nginxFiles, '/etc/os-release': debianRelease },
    directories: ['/var/log/nginx', '/var/cache/nginx', '/docker-entrypoint.d'],
    size: 72_400_000,
  },
  {
    names: ['nginx:alpine'],
    tags: nginxTags,
    programs: [...busybox, 'nginx', 'curl'],
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { NGINX_VERSION: '1.27.5', NJS_VERSION: '0.8.10', PKG_RELEASE: '1' },
    files: { ...nginxFiles, ...alpineFiles },
    directories: ['/var/log/nginx', '/var/cache/nginx', '/docker-entrypoint.d'],
    size: 20_500_000,
  },
  {
    names: ['redis'],
    programs: [...debian, 'redis-server', 'redis-cli'],
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    env: { REDIS_VERSION: '7.4.2' },
    files: {
      '/usr/local/bin/docker-entrypoint.sh': redisEntrypoint,
      '/etc/os-release': debianRelease,
    },
    directories: ['/data'],
    cwd: '/data',
    size: 45_200_000,
  },
  {
    names: ['redis:alpine'],
    programs: [...busybox, 'redis-server', 'redis-cli'],
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    env: { REDIS_VERSION: '7.4.2' },
    files: { '/usr/local/bin/docker-entrypoint.sh': redisEntrypoint, ...alpineFiles },
    directories: ['/data'],
    cwd: '/data',
    size: 17_300_000,
  },
  {
    names: ['hashicorp/http-echo'],
    programs: ['http-echo'],
    entrypoint: ['/http-echo'],
    user: '65532',
    size: 3_100_000,
  },
  {
    names: ['traefik/whoami'],
    programs: ['traefik-whoami'],
    entrypoint: ['/whoami'],
    size: 2_600_000,
  },
];

export default images;
