import type { MillraceError } from "../../../sdk/base/millrace-error.ts";

/**
 * What another try of the same call may bring. `passing`: it may go well; `throttled`: after a longer wait; `once`: a
 * single one, as the service has just told what was wrong; `lasting`: nothing.
 */
export type Outlook = "passing" | "throttled" | "once" | "lasting";

export interface ObjectFailureOptions {
  readonly outlook: Outlook;
  /** False where nothing answered: a network that is away. */
  readonly isAnswered: boolean;
  /** Tells the user, once no further try is made. */
  readonly explain: (call: FailedCall) => MillraceError;
  readonly cause: unknown;
}

export interface FailedCall {
  readonly verb: "read" | "write" | "list" | "remove";
  /** Or a prefix; empty where the call is about the datastore as a whole. */
  readonly key: string;
}

/** One call of an object store that failed. */
export class ObjectFailure extends Error {
  override readonly name = "ObjectFailure";
  readonly outlook: Outlook;
  readonly isAnswered: boolean;
  readonly explain: ObjectFailureOptions["explain"];

  constructor({ outlook, isAnswered, explain, cause }: ObjectFailureOptions) {
    super((cause as Error | null)?.message, { cause });
    this.outlook = outlook;
    this.isAnswered = isAnswered;
    this.explain = explain;
  }
}
