import { loadArtifact } from "../../../runtime/datastore/load-artifact.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { LogTail } from "../../../runtime/datastore/reader/log-tail.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import type { ArtifactTable } from "../../../runtime/datastore/records.ts";
import type { GeneratedFlow } from "../flow/generated-flow.ts";
import { type ObservedArtifacts, type Observer, once } from "./observer.ts";

/** The run as the datastore's reader tells it, in this process. */
export function observeByReader({ className: flow, datastore }: GeneratedFlow, runId: string): Observer {
  const store = openDatastore(datastore);
  const record = store.record(flow, runId);
  const summary = readRun(store, { flow, run: runId });
  const load = (table: ArtifactTable): ObservedArtifacts =>
    Object.fromEntries(
      Object.entries(table).map(([name, ref]) => [
        name,
        { hash: ref.hash, value: loadArtifact(store.blobs, name, ref) },
      ]),
    );
  return {
    checker: "reader",
    runId,
    header: once(async () => ({
      status: summary.status,
      tags: summary.tags,
      originRun: summary.originRun,
      parameters: Object.fromEntries(
        Object.entries(load(summary.parameters)).map(([name, { value }]) => [name, value]),
      ),
    })),
    tasks: once(async () =>
      summary.tasks.map(({ task, step, path, index, status, attempts, isReused, source, next }) => ({
        ...{ id: `${step}@${path}`, task, step, index, status, isReused, source },
        attempts: attempts.map((attempt) => attempt.status),
        next: next?.kind ?? null,
      })),
    ),
    artifacts: once(
      async () =>
        new Map(
          summary.tasks.map(({ step, path, result }) => [
            `${step}@${path}`,
            load(result === null ? {} : record.resultAt(result).artifacts),
          ]),
        ),
    ),
    lines: once(
      async () =>
        new Map(
          summary.tasks.map(({ step, path, task, attempt }) => {
            const log = new LogTail(store.storage, { flow, run: runId, step, task, attempt });
            return [`${step}@${path}`, [...log.next()].map(({ stream, text }) => ({ stream, text }))];
          }),
        ),
    ),
  };
}
