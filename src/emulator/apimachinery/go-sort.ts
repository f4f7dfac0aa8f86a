/** Whether what stands at one place comes before what stands at another. */
type Less = (i: number, j: number) => boolean;

/** What a sort works on: places that are compared and swapped. */
interface Places {
  readonly less: Less;
  swap(i: number, j: number): void;
}

const FEW = 12;
const NINTHER = 50;
const WORD = (1n << 64n) - 1n;

/**
 * Sorts as Go's `sort.Sort` does, which is not stable: elements that are equal come out in an order
 * that follows from how many there are. Up to twelve stay in their order. Follows the published
 * algorithm of pattern-defeating quicksort with the bounds of Go's `sort` (`zsortinterface.go`).
 */
export function goSort<T>(list: readonly T[], before: (a: T, b: T) => boolean): T[] {
  const all = [...list];
  const at = (i: number) => all[i] as T;
  const places: Places = {
    less: (i, j) => before(at(i), at(j)),
    swap(i, j) {
      [all[i], all[j]] = [at(j), at(i)];
    },
  };
  quick(places, 0, all.length, 32 - Math.clz32(all.length));
  return all;
}

function quick(places: Places, from: number, to: number, limit: number): void {
  let [a, b, bad] = [from, to, limit];
  let [balanced, partitioned] = [true, true];
  for (;;) {
    const length = b - a;
    if (length <= FEW) return insertion(places, a, b);
    if (bad === 0) return heap(places, a, b);
    if (!balanced) {
      scatter(places, a, b);
      bad -= 1;
    }
    const chosen = choosePivot(places, a, b);
    let { pivot, order } = chosen;
    if (order === 'falling') {
      for (let i = a, j = b - 1; i < j; i += 1, j -= 1) places.swap(i, j);
      pivot = b - 1 - (pivot - a);
      order = 'rising';
    }
    if (balanced && partitioned && order === 'rising' && nearlySorted(places, a, b)) return;
    if (a > 0 && !places.less(a - 1, pivot)) {
      a = partitionEqual(places, a, b, pivot);
      continue;
    }
    const { middle, already } = partition(places, a, b, pivot);
    partitioned = already;
    const [left, right] = [middle - a, b - middle];
    balanced = Math.min(left, right) >= Math.floor(length / 8);
    if (left < right) {
      quick(places, a, middle, bad);
      a = middle + 1;
    } else {
      quick(places, middle + 1, b, bad);
      b = middle;
    }
  }
}

function insertion({ less, swap }: Places, a: number, b: number): void {
  for (let i = a + 1; i < b; i += 1) {
    for (let j = i; j > a && less(j, j - 1); j -= 1) swap(j, j - 1);
  }
}

function heap(places: Places, a: number, b: number): void {
  const size = b - a;
  for (let i = Math.floor((size - 1) / 2); i >= 0; i -= 1) sink(places, i, size, a);
  for (let i = size - 1; i >= 0; i -= 1) {
    places.swap(a, a + i);
    sink(places, 0, i, a);
  }
}

function sink({ less, swap }: Places, root: number, size: number, first: number): void {
  for (let top = root; ;) {
    let child = 2 * top + 1;
    if (child >= size) return;
    if (child + 1 < size && less(first + child, first + child + 1)) child += 1;
    if (!less(first + top, first + child)) return;
    swap(first + top, first + child);
    top = child;
  }
}

/** Smaller ones before the pivot; whether nothing had to be moved for it. */
function partition({ less, swap }: Places, a: number, b: number, pivot: number) {
  swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  const close = () => {
    while (i <= j && less(i, a)) i += 1;
    while (i <= j && !less(j, a)) j -= 1;
  };
  close();
  const already = i > j;
  while (i <= j) {
    swap(i, j);
    i += 1;
    j -= 1;
    close();
  }
  swap(j, a);
  return { middle: j, already };
}

/** Those equal to the pivot before greater ones, where nothing is smaller. */
function partitionEqual({ less, swap }: Places, a: number, b: number, pivot: number): number {
  swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  for (;;) {
    while (i <= j && !less(a, i)) i += 1;
    while (i <= j && less(a, j)) j -= 1;
    if (i > j) return i;
    swap(i, j);
    i += 1;
    j -= 1;
  }
}

/** Tries to be done with a few moves; whether that was enough. */
function nearlySorted({ less, swap }: Places, a: number, b: number): boolean {
  let i = a + 1;
  for (let step = 0; step < 5; step += 1) {
    while (i < b && !less(i, i - 1)) i += 1;
    if (i === b) return true;
    if (b - a < NINTHER) return false;
    swap(i, i - 1);
    if (i - a >= 2) for (let j = i - 1; j >= 1 && less(j, j - 1); j -= 1) swap(j, j - 1);
    if (b - i >= 2) for (let j = i + 1; j < b && less(j, j - 1); j += 1) swap(j, j - 1);
  }
  return false;
}

/** Swaps three elements near the middle with others, chosen by a xorshift of the length. */
function scatter({ swap }: Places, a: number, b: number): void {
  const length = b - a;
  if (length < 8) return;
  const mask = BigInt(2 ** (32 - Math.clz32(length)) - 1);
  let word = BigInt(length);
  const middle = a + Math.floor(length / 4) * 2;
  for (let i = 0; i < 3; i += 1) {
    word ^= (word << 13n) & WORD;
    word ^= word >> 7n;
    word ^= (word << 17n) & WORD;
    const other = Number(word & mask);
    swap(middle - 1 + i, a + (other >= length ? other - length : other));
  }
}

type Order = 'rising' | 'falling' | 'unknown';

/** A place for the pivot: the middle, a median of three, or of three medians. */
function choosePivot({ less }: Places, a: number, b: number): { pivot: number; order: Order } {
  const length = b - a;
  const step = Math.floor(length / 4);
  let swaps = 0;
  const ordered = (i: number, j: number): readonly [number, number] => {
    if (!less(j, i)) return [i, j];
    swaps += 1;
    return [j, i];
  };
  const median = (first: number, second: number, third: number) => {
    let [i, j, k] = [first, second, third];
    [i, j] = ordered(i, j);
    [j, k] = ordered(j, k);
    [i, j] = ordered(i, j);
    return j;
  };
  let [i, j, k] = [a + step, a + step * 2, a + step * 3];
  if (length >= 8) {
    if (length >= NINTHER) {
      i = median(i - 1, i, i + 1);
      j = median(j - 1, j, j + 1);
      k = median(k - 1, k, k + 1);
    }
    j = median(i, j, k);
  }
  const order = swaps === 0 ? 'rising' : swaps === 12 ? 'falling' : 'unknown';
  return { pivot: j, order };
}
