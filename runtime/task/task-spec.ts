import type { ErrorRecord, ResultLocator } from "../datastore/records.ts";

/** Everything a process needs, beside the run document, to execute one attempt of a task, on whatever engine. */
export interface TaskSpec {
  readonly task: number;
  readonly step: string;
  readonly attempt: number;
  /** Identity of the task within any run of the flow. */
  readonly path: string;
  /** True if no further attempt follows a failure: `@catchError` applies. */
  readonly isLastAttempt: boolean;
  readonly inputs: readonly ResultLocator[];
  /** Enclosing foreaches, outermost first. */
  readonly stack: readonly ForeachPlace[];
  readonly gang: { readonly size: number; readonly index: number } | null;
  /** Set to let `@catchError` conclude a task whose process died: the body does not run again. */
  readonly caught: ErrorRecord | null;
}

export interface ForeachPlace {
  /** The step that split. */
  readonly step: string;
  readonly index: number;
  readonly size: number;
  /** Blob with the item, and its position there. */
  readonly blob: string;
  readonly at: number;
}
