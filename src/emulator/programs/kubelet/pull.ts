import type { Image } from '../../host/runtime-api.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { tell } from './events.ts';
import { fullName } from './image-name.ts';
import { putContainer, type ContainerRecord, type PodRecord } from './records.ts';
import { runtimeOf } from './runtime.ts';

const FIRST_BACKOFF = 10;
const LONGEST_BACKOFF = 300;
/** Bytes that a pull brings in a microsecond, and what it takes to ask the registry. */
const BYTES_PER_MICRO = 150;
const ASKING = 350 * MILLISECOND;

const recordOf = (image: string) => `image/${encodeURIComponent(fullName(image))}`;

/** Marks an image as being on the node. */
export function keepImage(sys: DaemonSys, image: string): void {
  runtimeOf(sys).setRecord(recordOf(image), true);
}

/**
 * The image of a container once it is on the node; undefined while it is being pulled or cannot be,
 * which the container's record then tells (`pkg/kubelet/images`).
 */
export function* pull(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  state: ContainerRecord,
): Call<Image | undefined> {
  const runtime = runtimeOf(sys);
  const { image: name, imagePullPolicy } = container;
  const image = runtime.image(name);
  const present = runtime.record(recordOf(name)) !== undefined;
  const own = state.pulledAt !== undefined;
  if (present && image && imagePullPolicy !== 'Always' && !own) {
    const text =
      `Container image "${name}" already present on machine and can ` + 'be accessed by the pod';
    yield* tell(sys, record, 'Normal', 'Pulled', text, container.name);
    return image;
  }
  if (imagePullPolicy === 'Never' && !present) return yield* neverPull(sys, record, state, name);
  if (!own) return yield* begin(sys, record, state, name, present ? 0 : (image?.size ?? 0));
  if (sys.now < (state.pulledAt as number)) return undefined;
  if (!image) return yield* failed(sys, record, state, name);
  const took = duration(sys, record, state, present ? 0 : image.size) / MILLISECOND;
  const time = took < 1000 ? `${took}ms` : `${took / 1000}s`;
  const text = `Successfully pulled image "${name}" in ${time} (${time} including waiting)`;
  const size = `Image size: ${image.size} bytes.`;
  yield* tell(sys, record, 'Normal', 'Pulled', `${text}. ${size}`, container.name);
  keepImage(sys, name);
  return image;
}

/** How long a pull takes: whole milliseconds, by the size, and a little by chance. */
function duration(sys: DaemonSys, { uid }: PodRecord, state: ContainerRecord, size: number) {
  const jitter = sys.chance.integer(`pull/${uid}/${state.name}/${state.restarts}`, 400);
  const micros = ASKING + size / BYTES_PER_MICRO;
  return (Math.round(micros / MILLISECOND) + jitter) * MILLISECOND;
}

function* begin(
  sys: DaemonSys,
  record: PodRecord,
  state: ContainerRecord,
  name: string,
  size: number,
): Call<undefined> {
  yield* tell(sys, record, 'Normal', 'Pulling', `Pulling image "${name}"`, state.name);
  const pulledAt = sys.now + duration(sys, record, state, size);
  const { retryAt: _retry, ...rest } = state;
  putContainer(sys, record.uid, { ...rest, phase: 'waiting', pulledAt });
  return undefined;
}

function* failed(
  sys: DaemonSys,
  record: PodRecord,
  state: ContainerRecord,
  name: string,
): Call<undefined> {
  const full = fullName(name);
  const why =
    `failed to pull and unpack image "${full}": ` +
    `failed to resolve reference "${full}": ${full}: not found`;
  const error = `rpc error: code = NotFound desc = ${why}`;
  const text = `Failed to pull image "${name}": ${error}`;
  yield* tell(sys, record, 'Warning', 'Failed', text, state.name);
  yield* tell(sys, record, 'Warning', 'Failed', 'Error: ErrImagePull', state.name);
  const backoff = Math.min(
    LONGEST_BACKOFF,
    state.backoff === 0 ? FIRST_BACKOFF : state.backoff * 2,
  );
  const { pulledAt: _pulled, ...rest } = state;
  putContainer(sys, record.uid, {
    ...rest,
    phase: 'backoff',
    reason: 'ErrImagePull',
    message: error,
    backoff,
    retryAt: sys.now + backoff * SECOND,
  });
  return undefined;
}

/** Between two pulls that fail, the container says so. */
export function* backOff(
  sys: DaemonSys,
  record: PodRecord,
  state: ContainerRecord,
  name: string,
): Call<void> {
  const text = `Back-off pulling image "${name}"`;
  yield* tell(sys, record, 'Normal', 'BackOff', text, state.name);
  yield* tell(sys, record, 'Warning', 'Failed', 'Error: ImagePullBackOff', state.name);
  const message = `${text}: ErrImagePull: ${state.message ?? ''}`;
  putContainer(sys, record.uid, { ...state, reason: 'ImagePullBackOff', message });
}

function* neverPull(
  sys: DaemonSys,
  record: PodRecord,
  state: ContainerRecord,
  name: string,
): Call<undefined> {
  const message = `Container image "${name}" is not present with pull policy of Never`;
  if (state.reason !== 'ErrImageNeverPull') {
    yield* tell(sys, record, 'Warning', 'ErrImageNeverPull', message, state.name);
    yield* tell(sys, record, 'Warning', 'Failed', 'Error: ErrImageNeverPull', state.name);
  }
  putContainer(sys, record.uid, { ...state, reason: 'ErrImageNeverPull', message });
  return undefined;
}
