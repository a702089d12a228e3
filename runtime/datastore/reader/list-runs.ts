import { isMillraceError } from "../../../sdk/errors.ts";
import type { Datastore } from "../datastore.ts";
import type { Observer } from "./liveness.ts";
import { isInNamespace, type Namespace } from "./namespace.ts";
import { readRunHeader } from "./read-run.ts";
import { documentKey } from "../run-keys.ts";
import type { RunHeader, RunStatus } from "./run-summary.ts";

export interface ListRunsOptions {
  readonly flow: string;
  readonly status?: RunStatus | undefined;
  /** Only runs that carry all of these. */
  readonly tags?: readonly string[] | undefined;
  readonly namespace?: Namespace | undefined;
  readonly observer?: Observer | undefined;
  /** Told of a run whose record cannot be read; it is left out. */
  onUnreadable?(run: string, error: Error): void;
}

/** The runs of a flow, newest first, read one by one as they are asked for. */
export function* listRuns(store: Datastore, options: ListRunsOptions): Generator<RunHeader> {
  const { flow, status, tags = [], namespace = "all", observer } = options;
  for (const run of store.runs(flow).reverse()) {
    // A process that is killed while it claims an id leaves an empty folder.
    if (!store.storage.has(documentKey({ flow, run }))) continue;
    try {
      const header = readRunHeader(store, { flow, run, observer });
      const isWanted =
        (status ?? header.status) === header.status &&
        tags.every((tag) => header.tags.includes(tag)) &&
        isInNamespace(header.document, namespace);
      if (isWanted) yield header;
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      options.onUnreadable?.(run, error);
    }
  }
}
