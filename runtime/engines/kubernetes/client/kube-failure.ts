/**
 * `throttled`: asked too often, at the same moment as another, or a quota is used up for now. `unclear`: no answer, or that of a broken server; the request
 * may have been carried out. `login`: what gives the credentials failed, nothing was asked yet. `refused`: it was not, and never will be as it is.
 */
export type KubeFailureKind =
  "throttled" | "unclear" | "login" | "credentials" | "forbidden" | "missing" | "exists" | "refused";

/** Why a request to the API server failed. */
export class KubeFailure extends Error {
  override readonly name = "KubeFailure";
  readonly kind: KubeFailureKind;
  /** Undefined where nothing answered. */
  readonly status: number | undefined;

  constructor(kind: KubeFailureKind, message: string, of: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: of.cause });
    this.kind = kind;
    this.status = of.status;
  }
}

/** What an answer means that is no success. */
export function failureOfAnswer(status: number, message: string): KubeFailure {
  return new KubeFailure(kindOf(status, message), message, { status });
}

function kindOf(status: number, message: string): KubeFailureKind {
  if (status === 401) return "credentials";
  if (status === 403) return QUOTA.test(message) ? "throttled" : "forbidden";
  if (status === 404) return "missing";
  if (status === 409) return EXISTS.test(message) ? "exists" : "throttled";
  if (status === 429) return "throttled";
  return status >= 500 ? "unclear" : "refused";
}

/** Any other conflict is one of two writers, as of a quota's count: it passes. */
const EXISTS = /already exists/i;
/** Of the namespace: it is free again once other jobs have ended. */
const QUOTA = /exceeded quota/i;
