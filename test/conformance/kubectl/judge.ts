import type { ApiRequest, ApiResponse } from '../../../src/emulator/apiserver/request.ts';
import { Failure, textOf } from '../../../src/emulator/programs/kubectl/failure.ts';
import { PathError } from '../../../src/emulator/programs/kubectl/jsonpath/parse.ts';
import { equal } from '../../../src/emulator/world/json.ts';
import { discovery } from './alone.ts';

export type Row = Record<string, any>;
export interface Case extends Row {
  readonly id: string;
  readonly test: string;
}
export type Judge = (each: Case) => boolean | string | undefined;

/** Compares, and shows both where they differ. */
export function same(got: unknown, want: unknown): true | string {
  return equal(got, want) || `got  ${JSON.stringify(got)}\nwant ${JSON.stringify(want)}`;
}

/** The text of what a piece of work refuses with; undefined where it does not. */
export function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (caught) {
    if (caught instanceof Failure) return textOf(caught.problem);
    if (caught instanceof PathError) return caught.message;
    throw caught;
  }
}

/** Answers discovery; reads give an object, writes what was sent. */
export function answer(request: ApiRequest, object: object): ApiResponse {
  const path = request.url.split('?')[0] as string;
  const found = discovery(path);
  if (found) return found;
  const body = request.method === 'POST' ? request.body : object;
  return { status: 200, headers: {}, body: body as never };
}
