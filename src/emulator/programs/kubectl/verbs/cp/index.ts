import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { defaultContainer, type PodObject } from '../../pods.ts';
import { runInside } from '../../run-inside.ts';
import { baseName, clean, directoryName, fileSpec, type FileSpec } from './spec.ts';
import { collect, unpack } from './tree.ts';
import { readArchive, writeArchive } from './ustar.ts';

export default defineCommand({
  name: 'cp',
  use: 'cp <file-spec-src> <file-spec-dest>',
  short: 'Copy files and directories to and from containers',
  flags: "-c|container='' no-preserve=false retries=0",
  run,
  complete: (words, { names }) =>
    (words.at(-1) ?? '').includes('/') ? [] : names('pods').map((name) => `${name}:`),
});

function* run(context: Context): Call<void> {
  const { args } = context;
  if (args.length !== 2) throw failed('source and destination are required');
  const [from, to] = args.map(fileSpec) as [FileSpec, FileSpec];
  if (from.pod !== '' && to.pod !== '') {
    throw failed('one of src or dest must be a local file specification');
  }
  if (from.pod === '' && to.pod === '') {
    throw failed('one of src or dest must be a remote file specification');
  }
  if (from.path === '' || to.path === '') throw failed('filepath can not be empty');
  if (from.pod !== '') yield* fromPod(context, from, to);
  else yield* toPod(context, from, to);
}

function* podOf(context: Context, { pod, namespace }: FileSpec): Call<PodObject> {
  const where = namespace || context.namespace().name;
  const path = `/api/v1/namespaces/${where}/pods/${pod}`;
  const found = yield* context.client().send<PodObject>({ path });
  const { phase } = found.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  return found;
}

function* containerOf(context: Context, pod: PodObject): Call<string> {
  return context.flags.text('container') || (yield* defaultContainer(context, pod));
}

function* toPod(context: Context, from: FileSpec, to: FileSpec): Call<void> {
  const { sys, flags } = context;
  if (isErrno(sys.files.stat(from.path))) {
    throw failed(`${from.path} doesn't exist in local filesystem`);
  }
  const pod = yield* podOf(context, to);
  const container = yield* containerOf(context, pod);
  let target = to.path;
  // What is copied to a directory goes into it under its own name.
  const test = yield* runInside(context, pod, container, ['test', '-d', target]);
  if (test.code === 0 && target !== '')
    target = `${target.replace(/\/$/, '')}/${baseName(from.path)}`;
  else if (target.endsWith('/') && target.length > 1) target = target.replace(/\/+$/, '');
  const command = flags.on('no-preserve')
    ? ['tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-']
    : ['tar', '-xmf', '-'];
  const folder = directoryName(target);
  if (folder !== '.') command.push('-C', folder);
  const archive = writeArchive(collect(sys, from.path, baseName(target)));
  const { code, err } = yield* runInside(context, pod, container, command, archive);
  yield* context.err(err);
  if (code !== 0) throw exit(1, `command terminated with exit code ${code}\n`);
}

function* fromPod(context: Context, from: FileSpec, to: FileSpec): Call<void> {
  const pod = yield* podOf(context, from);
  const container = yield* containerOf(context, pod);
  const command = ['tar', 'cf', '-', from.path];
  const { code, out, err } = yield* runInside(context, pod, container, command);
  // The client hands on what tar complains of as its own output.
  yield* context.out(err);
  const members = readArchive(out);
  // How tar ended is nobody's business: what came is unpacked.
  if (!members && code === 0) throw failed('unexpected EOF');
  if (!members) return;
  const prefix = clean(from.path).replace(/^(\.\.?\/)*\/?/, '');
  for (const text of unpack(context.sys, members, prefix, from, to)) yield* context.err(text);
}
