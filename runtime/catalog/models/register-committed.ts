import { randomBytes } from "node:crypto";
import os from "node:os";
import type { Datastore } from "../../datastore/datastore.ts";
import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { type ArtifactRef, type AttemptResult, refIn, type RunDocument } from "../../datastore/records.ts";
import type { CheckedRegistration } from "./check-registration.ts";
import { draftOf } from "./draft-of.ts";
import { keepNeeded } from "./keep-needed.ts";
import { didYouMean, modelError } from "./model-error.ts";
import { registerVersion } from "./register-version.ts";
import { settlePending } from "./settle-pending.ts";

/** An artifact of a task that succeeded, with all that its lineage is taken from. */
export interface CommittedArtifact {
  readonly document: RunDocument;
  readonly result: AttemptResult;
  readonly artifact: { readonly name: string; readonly ref: ArtifactRef };
}

/**
 * Finds what a task left, or was given. The result is that which holds it: of a task that a resume reused, that of the run
 * which executed it.
 * @throws MillraceError `MILLRACE_MODEL` that names the nearest
 */
export function committedArtifact(
  store: Datastore,
  { run, task, name }: { readonly run: RunSummary; readonly task: TaskSummary; readonly name: string },
): CommittedArtifact {
  const { flow, document, parameters } = run;
  const result = task.result === null ? null : store.record(flow, run.run).resultAt(task.result);
  const table = { ...document.configs, ...parameters, ...result?.artifacts };
  const ref = refIn(table, name);
  if (ref === undefined || result === null)
    throw modelError(
      `Cannot register ${flow}/${run.run}/${task.step}/${task.task}/${name} because ${
        result === null ? `its task is ${task.status}, and has left no artifacts` : "the task left no such artifact"
      }`,
      result === null
        ? { hint: "register it when the task has succeeded" }
        : {
            details: [`artifacts and parameters: ${Object.keys(table).join(", ") || "none"}`],
            hint: didYouMean(name, { among: Object.keys(table), otherwise: "name one of these" }),
          },
    );
  const of = result.run === run.run ? document : store.record(flow, result.run).document();
  return { document: of, result, artifact: { name, ref } };
}

/** Registers it as the next version of a model: a pointer, nothing is copied. */
export function registerCommitted(
  store: Datastore,
  {
    model,
    found,
    given,
    username,
  }: {
    readonly model: string;
    readonly found: CommittedArtifact;
    readonly given: CheckedRegistration;
    readonly username: string;
  },
): ModelVersion {
  const registration = randomBytes(16).toString("hex");
  const draft = draftOf(store, { ...found, given, registration, username, host: os.hostname() });
  keepNeeded(store, draft);
  settlePending(store, model);
  return registerVersion(store, { model, draft, after: null });
}
