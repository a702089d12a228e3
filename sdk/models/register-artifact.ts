import { checkRegistration } from "../../runtime/catalog/models/check-registration.ts";
import { modelError } from "../../runtime/catalog/models/model-error.ts";
import {
  committedArtifact,
  type CommittedArtifact,
  registerCommitted,
} from "../../runtime/catalog/models/register-committed.ts";
import { processSettings } from "../../runtime/config.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { ModelVersion } from "../../runtime/datastore/kinds/model-version.ts";
import { checkStep, taskIn } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import type { Artifact } from "../client/artifact.ts";
import { storeOf } from "../client/client-options.ts";
import { find, taskNumber } from "../client/find.ts";
import type { RegisterOptions } from "./model-store-options.ts";

const OPTIONS = ["datastore", "metrics", "input", "output", "description", "reference"];

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
  return { store, version: registerCommitted(store, { model, found, given, username: processSettings().username }) };
}

function committed(pathspec: string, datastore: string | undefined): CommittedArtifact {
  const { reader, step, task, artifact: name } = find(pathspec, "artifact", { datastore });
  const run = reader.summary();
  checkStep(run, step);
  return committedArtifact(reader.store, { run, task: taskIn(run, { step, task: taskNumber(task, pathspec) }), name });
}

function pathspecOf(model: string, artifact: Artifact): string {
  const { pathspec, hash } = (artifact ?? {}) as Partial<Artifact>;
  if (typeof pathspec === "string" && typeof hash === "string") return pathspec;
  throw modelError(`Cannot register ${model} because what is to be registered is not an artifact of a run`, {
    hint: 'pass one of the client: await Artifact.get("ChurnFlow/latest/end/5/model"), or its pathspec',
  });
}
