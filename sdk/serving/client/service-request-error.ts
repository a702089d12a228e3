import { MillraceError } from "../../base/millrace-error.ts";

/** Where a row does not fit the schema of its method, and why. */
export interface RequestIssue {
  /** The way to the value; of an array of rows, the row's index first. */
  readonly path: readonly (string | number)[];
  /** What is wrong with it. */
  readonly message: string;
}

/** What is known of a request without an answer. */
export interface RequestFailure {
  /** What stands behind "because". */
  readonly because: string;
  /** Of the service. */
  readonly address: string;
  /** Which of its methods was asked. */
  readonly method: string;
  /** As {@link ServiceRequestError.status}. */
  readonly status?: number | null;
  /** As {@link ServiceRequestError.issues}. */
  readonly issues?: readonly RequestIssue[];
  /** As {@link ServiceRequestError.requestId}. */
  readonly requestId?: string | null;
  /** As {@link ServiceRequestError.retryAfterMs}. */
  readonly retryAfterMs?: number | null;
  /** What to do about it. */
  readonly hint?: string;
  /** What was thrown on the way. */
  readonly cause?: unknown;
}

/** Issues that the message has; `issues` has all. */
const SHOWN_ISSUES = 10;

/**
 * A request that a service did not answer. Its code is `MILLRACE_SERVICE_REQUEST`.
 *
 * @example
 * ```ts
 * import { ServiceRequestError } from "millrace/serving";
 *
 * function isBusy(error: unknown): boolean {
 *   return error instanceof ServiceRequestError && error.status === 429;
 * }
 * ```
 */
export class ServiceRequestError extends MillraceError {
  /** Of HTTP; 504 also where the client's own time was over, null where the service was not reached. */
  readonly status: number | null;
  /** Which values do not fit; empty unless `status` is 422. */
  readonly issues: readonly RequestIssue[];
  /** The id of the request in the server's log; null where the server gave none. */
  readonly requestId: string | null;
  /** After how many milliseconds it may be asked again; null where the server does not say. */
  readonly retryAfterMs: number | null;

  /** @internal */
  constructor(failure: RequestFailure) {
    const { because, address, method, status = null, issues = [], requestId = null, hint, cause } = failure;
    const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => `${placeText(path)}: ${message}`);
    if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
    super({
      code: "MILLRACE_SERVICE_REQUEST",
      headline: `Cannot get an answer of ${method} from ${address} because ${because}`,
      details: [...shown, ...(requestId === null ? [] : [`request: ${requestId}`])],
      ...(hint === undefined ? {} : { hint }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.name = "ServiceRequestError";
    this.status = status;
    this.issues = issues;
    this.requestId = requestId;
    this.retryAfterMs = failure.retryAfterMs ?? null;
  }
}

/** `[3].plan` */
function placeText(path: RequestIssue["path"]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text.replace(/^\./, "") || "the row";
}
