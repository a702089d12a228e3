/** What a request asks for, as far as tests tell requests apart. */
export type Operation =
  | "get"
  | "head"
  | "put"
  | "copy"
  | "delete"
  | "delete-many"
  | "list"
  | "create-upload"
  | "put-part"
  | "complete-upload"
  | "abort-upload"
  /** Of AWS Batch; the key is its name, as `submitjob`. */
  | "batch"
  | "other";

/** Matches requests of that kind whose key contains that text. */
export interface RequestPattern {
  readonly op?: Operation | readonly Operation[];
  readonly key?: string;
}

export interface Fault {
  readonly on: RequestPattern;
  /**
   * Matching requests that pass first.
   * @defaultValue 0
   */
  readonly after?: number;
  /**
   * Requests that it meets; then it is over.
   * @defaultValue 1
   */
  readonly times?: number;
  readonly does: Misbehaviour;
}

export type Misbehaviour =
  /** An error as S3 words it, or Batch where it was asked; with `isCarriedOut` the request has had its effect nevertheless. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly code: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly isCarriedOut?: boolean;
    }
  /** The connection is reset before a byte of the answer. */
  | { readonly kind: "reset"; readonly isCarriedOut?: boolean }
  /** The connection is reset, or ends in good order, after half of the body. */
  | { readonly kind: "cut"; readonly by: "reset" | "end" }
  /** Half of the body, and a length that agrees with it. */
  | { readonly kind: "shorten" }
  /** One bit of the answer's body is another. */
  | { readonly kind: "flip" }
  /** One bit of the request's body is another on arrival; refused as S3 does if a checksum shows it. */
  | { readonly kind: "flip-upload" }
  /** What the same list answered the first time. */
  | { readonly kind: "stale" }
  /** Nothing for so long, or nothing more after half of the body; then the connection is reset. */
  | { readonly kind: "hang"; readonly ms?: number; readonly isInBody?: boolean }
  /** The body comes in so many parts, with a pause before each. */
  | { readonly kind: "slow"; readonly parts: number; readonly pauseMs: number }
  /** The true answer of Batch with other fields: of the whole, or laid over each job that it names. */
  | {
      readonly kind: "rewrite";
      readonly set?: Readonly<Record<string, unknown>>;
      readonly each?: Readonly<Record<string, unknown>>;
    }
  /** The true answer with other headers. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

/** One request as the proxy saw it. */
export interface SeenRequest {
  readonly op: Operation;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** What was sent to Batch. */
  readonly json?: unknown;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** What the client got; 0 where the connection broke before. */
  readonly status: number;
  readonly fault: Misbehaviour["kind"] | null;
}

/** Sent to the proxy's process; each is answered by `{ id, … }`. */
export type ProxyOrder =
  | { readonly id: number; readonly order: "add"; readonly faults: readonly Fault[] }
  | { readonly id: number; readonly order: "clear" }
  | { readonly id: number; readonly order: "requests" };

export const slowDown: Misbehaviour = { kind: "answer", status: 503, code: "SlowDown" };
export const tooMany: Misbehaviour = { kind: "answer", status: 429, code: "TooManyRequests" };
export const tooManyRequests: Misbehaviour = { kind: "answer", status: 429, code: "TooManyRequestsException" };
export const unavailable: Misbehaviour = { kind: "answer", status: 503, code: "ServiceUnavailable" };
export const internalError = { kind: "answer", status: 500, code: "InternalError" } as const;
export const forbidden: Misbehaviour = { kind: "answer", status: 403, code: "AccessDenied" };
export const skewed: Misbehaviour = { kind: "answer", status: 403, code: "RequestTimeTooSkewed" };

/** As S3 answers for a bucket that lies elsewhere. */
export function wrongRegion(region: string): Misbehaviour {
  return { kind: "answer", status: 301, code: "PermanentRedirect", headers: { "x-amz-bucket-region": region } };
}

/** The same misbehaviour after the request was carried out: a retry then meets its own effect. */
export function carriedOut(fault: Extract<Misbehaviour, { kind: "answer" | "reset" }>): Misbehaviour {
  return { ...fault, isCarriedOut: true };
}
