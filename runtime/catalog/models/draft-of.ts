import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import type { ModelDraft } from "../../datastore/kinds/model-version.ts";
import type { ArtifactRef, ArtifactTable, AttemptResult, RunDocument } from "../../datastore/records.ts";
import type { GitState } from "../../datastore/release-document.ts";
import { putSketch } from "../../sketch/put-sketch.ts";
import type { CheckedRegistration } from "./check-registration.ts";

export interface DraftParts {
  /** Of the run that the result belongs to. */
  readonly document: RunDocument;
  readonly result: AttemptResult;
  readonly artifact: { readonly name: string; readonly ref: ArtifactRef };
  readonly given: CheckedRegistration;
  readonly registration: string;
  readonly username: string;
  readonly host: string;
}

/** All that a version says, taken from the record of the run that made it. */
export function draftOf(store: Datastore, parts: DraftParts): ModelDraft {
  const { document, result, artifact, registration, username, host } = parts;
  const { reference, ...given } = parts.given;
  const { flow, run, step, task, attempt } = result;
  const { createdAt: startedAt, originRun, code, flowFile, release = null, versions, environments } = document;
  return {
    ...{ registration, username, host, ...given, artifact: artifact.ref },
    sketch: reference === null ? null : putSketch(store, reference),
    source: {
      ...{ flow, run, step, task, attempt, artifact: artifact.name },
      ...{ startedAt, username: document.username, originRun },
    },
    lineage: {
      ...{ code, flowFile, release, git: gitOf(store, release), versions },
      environment: Object.hasOwn(environments, step) ? (environments[step] ?? {}) : {},
      parameters: document.parameters,
      configs: document.configs,
      data: withoutBytes(result.artifacts, artifact.name),
      ...(result.features === undefined ? {} : { features: result.features }),
    },
  };
}

function gitOf(store: Datastore, release: string | null): GitState | null {
  if (release === null) return null;
  try {
    return readRelease(store.blobs, release).git ?? null;
  } catch (error) {
    // It was removed, or a newer Millrace made it: the version is registered without. A store that fails may have it yet.
    if (!isMillraceError(error) || error.code === "MILLRACE_STORAGE") throw error;
    return null;
  }
}

function withoutBytes(table: ArtifactTable, but: string): ArtifactTable {
  const others = Object.entries(table).filter(([name]) => name !== but);
  return Object.fromEntries(others.map(([name, { hash, size, type }]) => [name, { hash, size, type }]));
}
