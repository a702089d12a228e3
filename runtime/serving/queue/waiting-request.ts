import type { LookedUpFeatures } from "../../datastore/request-columns.ts";
import type { ArrowAsked } from "../channel/service-command.ts";
import type { ServedVersion } from "../pool/served-version.ts";

/** How a request was answered, by a worker or in its stead. */
export interface ServedAnswer {
  readonly status: number;
  /** JSON, unless it is Arrow. */
  readonly body: Buffer;
  readonly isArrow?: true | undefined;
  readonly rows: number;
  /** Which version computed it; null where none did. */
  readonly version: ServedVersion | null;
  /** What was looked up for its rows. */
  readonly features?: LookedUpFeatures | undefined;
  /** Where it may be asked again: after so many seconds. */
  readonly retryAfter?: number;
}

/** A request that is to be answered by a worker. */
export interface WaitingRequest {
  readonly body: Buffer;
  /** Left out where all of it is JSON. */
  readonly arrow?: ArrowAsked | undefined;
  /** How many rows it has; null for one that is large enough to be a batch alone. */
  readonly rows: number | null;
  /** In milliseconds of `performance.now()`. */
  readonly arrivedAt: number;
  /** After this it is answered with 504. */
  readonly deadline: number;
  /** Called once. */
  settle(answer: ServedAnswer): void;
}

export function errorAnswer(status: number, error: string, retryAfter?: number): ServedAnswer {
  const body = Buffer.from(JSON.stringify({ error }));
  return { status, body, rows: 0, version: null, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
