/**
 * `throttled`: asked too often. `unclear`: no answer, or that of a broken service; the request may have been carried out.
 * `refused`: it was not, and never will be as it is.
 */
export type FailureKind = "throttled" | "unclear" | "credentials" | "forbidden" | "region" | "refused";

/** Why a call failed. Recognised by its name: the bundle with the SDK has a copy of this class. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly kind: FailureKind;
  /** AWS's name for it, as `ClientException`. */
  readonly code: string;
  readonly status: number | undefined;

  constructor(kind: FailureKind, cause: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) {
    super(cause.message === "" ? cause.name : cause.message, { cause });
    this.kind = kind;
    this.code = (cause as NodeJS.ErrnoException).code ?? cause.name;
    this.status = cause.$metadata?.httpStatusCode;
  }
}

export function isAwsFailure(error: unknown): error is AwsFailure {
  return error instanceof Error && error.name === "AwsFailure";
}
