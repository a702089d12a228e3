import type { LookedUpFeatures } from "../datastore/request-columns.ts";

/** What is known of a request without a look at its rows. */
export interface RequestFacts {
  readonly id: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** The version of the model that answered: its number, and its artifact's hash. */
  readonly number: number;
  readonly hash: string;
  /** Of HTTP. */
  readonly status: number;
  readonly latencyMs: number;
  readonly rows: number;
  /** Of a shadow: whether it said something else than the client got. */
  readonly isDifferent?: boolean;
}

/** Rows as they came, and as they were answered; null where there are none, or none to keep. */
export interface RequestRows {
  readonly input: readonly unknown[] | null;
  readonly output: readonly unknown[] | null;
  /** Features that were looked up for rows of it; null or missing for none. */
  readonly features?: LookedUpFeatures | null;
}

/** The same as the JSON that came and that was sent: a list of rows, or one row. */
export interface RequestJson {
  readonly input: Uint8Array | null;
  readonly output: Uint8Array | null;
  readonly features?: LookedUpFeatures | null;
}

/** A request that was answered, or refused. What it holds is not changed after it was logged. */
export interface ServedRequest extends RequestFacts, RequestRows {}
