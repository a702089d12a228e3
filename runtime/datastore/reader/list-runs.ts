import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore.ts";
import type { Want } from "../storage.ts";
import { checkTagTexts } from "../check-new-tags.ts";
import type { Observer } from "./is-alive.ts";
import type { RunDocument } from "../records.ts";
import { lastEventAhead, partsAhead } from "./journal-tail.ts";
import { isInNamespace, type Namespace } from "./namespace.ts";
import { readRunHeader } from "./read-run.ts";
import { documentKey, type RunPlace, tagsFolder } from "../run-keys.ts";
import type { RunHeader, RunStatus } from "./run-summary.ts";

export interface ListRunsOptions {
  readonly flow: string;
  readonly status?: RunStatus | undefined;
  /** Only runs that carry all of these. */
  readonly tags?: readonly string[] | undefined;
  readonly namespace?: Namespace | undefined;
  /** Only runs that this deployment started. */
  readonly deployment?: string | undefined;
  readonly observer?: Observer | undefined;
  /** Only runs with an earlier id: those that started before that one. */
  readonly before?: string | undefined;
  /** Only runs with a later id. */
  readonly after?: string | undefined;
  readonly isOldestFirst?: boolean | undefined;
  /** Told of a run whose record cannot be read; it is left out. */
  onUnreadable?(run: string, error: Error): void;
}

/** Runs that are looked up together where each look is a request. */
const RUNS_AHEAD = 16;

/** The runs of a flow, newest first if nothing else is said, read one by one as they are asked for. */
export function* listRuns(store: Datastore, options: ListRunsOptions): Generator<RunHeader> {
  const { flow, status, tags = [], namespace = "all", deployment, observer } = options;
  checkTagTexts(tags);
  const runs = wantedIds(store, options);
  let documents: ReadonlyMap<string, RunDocument> = new Map();
  for (const [index, run] of runs.entries()) {
    if (index % RUNS_AHEAD === 0) {
      const places = runs.slice(index, index + RUNS_AHEAD).map((one) => ({ flow, run: one }));
      headersAhead(store, places);
      documents = store.storage.isRemote ? documentsOf(store, places) : documents;
    }
    try {
      const header = readRunHeader(store, { flow, run, observer, document: documents.get(run) });
      const isWanted =
        (status ?? header.status) === header.status &&
        tags.every((tag) => header.tags.includes(tag)) &&
        (deployment ?? header.document.deployment?.name) === header.document.deployment?.name &&
        isInNamespace(header.document, namespace);
      if (isWanted) yield header;
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      // A process that is killed while it claims an id leaves an empty folder.
      if (error.code === "MILLRACE_UNKNOWN_RUN") continue;
      options.onUnreadable?.(run, error);
    }
  }
}

/** Those that can be read, and announces what they say has to be looked up. */
function documentsOf(store: Datastore, runs: readonly RunPlace[]): ReadonlyMap<string, RunDocument> {
  const documents = new Map<string, RunDocument>();
  for (const { flow, run } of runs) {
    try {
      documents.set(run, store.record(flow, run).document());
    } catch (error) {
      // Told when its turn comes.
      if (!isMillraceError(error)) throw error;
    }
  }
  store.storage.ahead([...documents.values()].flatMap((document) => partsAhead(document, document)));
  return documents;
}

function wantedIds(store: Datastore, { flow, before, after, isOldestFirst = false }: ListRunsOptions): string[] {
  const ids = store.runs(flow).filter((id) => id < (before ?? `${id}~`) && id > (after ?? ""));
  return isOldestFirst ? ids : ids.reverse();
}

/** Announces that the headers of these runs will be read. */
export function headersAhead(store: Datastore, runs: readonly RunPlace[]): void {
  const wants = runs.flatMap((run): Want[] => [
    { op: "read", key: documentKey(run) },
    { op: "list", key: tagsFolder(run) },
    lastEventAhead(run),
  ]);
  store.storage.ahead(wants);
}
