import type { ServedStore } from "./served-store.ts";

/** What a request asks of a route. */
export interface Asked {
  readonly served: ServedStore;
  /** By the names in the route's path; each of them is safe as a part of a key. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined for a request without a body. */
  readonly body: unknown;
  /** What an interrupted stream ended with. */
  readonly lastEventId: string | null;
  /** Aborted when whoever asked is gone. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A page of its own, for a frame of the page: it has no origin, and may only do what this policy lets it. */
  | { readonly kind: "page"; readonly html: string; readonly policy: string }
  /** Server-sent events, as text; the next piece is taken once the one before was sent. */
  | { readonly kind: "events"; readonly pieces: AsyncIterable<string> }
  /** There is nothing, and it is of no use to ask again. */
  | { readonly kind: "nothing" };

/** One answer of the API. */
export interface ApiRoute {
  readonly method: "GET" | "POST";
  /** `:name` stands for one part. */
  readonly path: string;
  answer(asked: Asked): Answer | Promise<Answer>;
}

export function json(value: unknown): Answer {
  return { kind: "json", value };
}
