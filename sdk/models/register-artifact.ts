import { randomBytes } from "node:crypto";
import os from "node:os";
import { checkRegistration } from "../../runtime/catalog/models/check-registration.ts";
import { draftOf } from "../../runtime/catalog/models/draft-of.ts";
import { keepNeeded } from "../../runtime/catalog/models/keep-needed.ts";
import { modelError } from "../../runtime/catalog/models/model-error.ts";
import { registerVersion } from "../../runtime/catalog/models/register-version.ts";
import { settlePending } from "../../runtime/catalog/models/settle-pending.ts";
import { processSettings } from "../../runtime/config.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { ModelVersion } from "../../runtime/datastore/kinds/model-version.ts";
import { type ArtifactRef, type AttemptResult, refIn, type RunDocument } from "../../runtime/datastore/records.ts";
import { checkStep, taskIn } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import type { Artifact } from "../client/artifact.ts";
import { storeOf } from "../client/client-options.ts";
import { find, taskNumber } from "../client/find.ts";
import { noArtifact } from "../client/lazy-data.ts";
import { TaskReader } from "../client/task-reader.ts";
import type { RegisterOptions } from "./model-store-options.ts";

const OPTIONS = ["datastore", "metrics", "input", "output", "description"];

/** Registers an artifact of a run as the next version of a model. */
export function registerArtifact(
  model: string,
  artifact: Artifact | string,
  { datastore, ...options }: RegisterOptions,
): { readonly store: Datastore; readonly version: ModelVersion } {
  const given = checkRegistration(model, { options, names: OPTIONS });
  const pathspec = typeof artifact === "string" ? artifact : pathspecOf(model, artifact);
  const store = storeOf({ datastore });
  const found = committed(pathspec, datastore);
  const hash = typeof artifact === "string" ? found.artifact.ref.hash : artifact.hash;
  if (hash !== found.artifact.ref.hash)
    throw modelError(`Cannot register ${model} because ${pathspec} is another value in this datastore`, {
      details: [`datastore: ${store.storage.location}`],
      hint: "pass the option datastore that the artifact was opened with",
    });
  const draft = draftOf(store, {
    ...{ ...found, given, registration: randomBytes(16).toString("hex") },
    ...{ username: processSettings().username, host: os.hostname() },
  });
  keepNeeded(store, draft);
  settlePending(store, model);
  return { store, version: registerVersion(store, { model, draft, after: null }) };
}

interface CommittedArtifact {
  readonly document: RunDocument;
  readonly result: AttemptResult;
  readonly artifact: { readonly name: string; readonly ref: ArtifactRef };
}

/** The result that holds it; of a task that a resume reused, that of the run which executed it. */
function committed(pathspec: string, datastore: string | undefined): CommittedArtifact {
  const { reader, step, task, artifact: name } = find(pathspec, "artifact", { datastore });
  const run = reader.summary();
  checkStep(run, step);
  const summary = taskIn(run, { step, task: taskNumber(task, pathspec) });
  const read = new TaskReader(reader, { summary });
  const ref = refIn(read.table(), name);
  if (ref === undefined || summary.result === null) throw noArtifact(name, read);
  const result = reader.record.resultAt(summary.result);
  const document = result.run === run.run ? run.document : reader.store.record(run.flow, result.run).document();
  return { document, result, artifact: { name, ref } };
}

function pathspecOf(model: string, artifact: Artifact): string {
  const { pathspec, hash } = (artifact ?? {}) as Partial<Artifact>;
  if (typeof pathspec === "string" && typeof hash === "string") return pathspec;
  throw modelError(`Cannot register ${model} because what is to be registered is not an artifact of a run`, {
    hint: 'pass one of the client: await Artifact.get("ChurnFlow/latest/end/5/model"), or its pathspec',
  });
}
