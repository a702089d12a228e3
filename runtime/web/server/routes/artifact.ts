import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import { type ArtifactRef, type ArtifactTable, refIn } from "../../../datastore/records.ts";
import { type Html, markup } from "../../../render/html.ts";
import { valueView } from "../../../render/value-view.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { ArtifactAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import type { ServedStore } from "../served-store.ts";
import { taskAsked } from "../task-asked.ts";

/** A larger value is not loaded: it would be in memory several times. */
const MAX_BYTES = 32_000_000;

export const artifactRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/artifacts/:name",
  answer(asked) {
    const { run, task } = taskAsked(asked);
    const { served, params } = asked;
    const { name = "" } = params;
    const result = task.result === null ? null : served.store.record(run.flow, run.run).resultAt(task.result);
    const own = refIn(result?.artifacts ?? {}, name);
    const given = { ...run.document.configs, ...run.parameters };
    const ref = own ?? refIn(given, name);
    if (ref === undefined) throw noArtifact(name, [result?.artifacts ?? {}, given]);
    const { type, size, hash } = ref;
    const { html, isPart } = looks(served, { name, ref });
    const value: ArtifactAnswer = { name, type, size, hash, isParameter: own === undefined, html: html.text, isPart };
    return json(value);
  },
};

function looks(
  { store }: ServedStore,
  { name, ref }: { name: string; ref: ArtifactRef },
): { readonly html: Html; readonly isPart: boolean } {
  if (ref.size > MAX_BYTES) {
    const note = `It has ${sizeText(ref.size)} and was not loaded to be shown; the client loads it: await artifact.load()`;
    return { html: markup`<p class="dim">${note}</p>`, isPart: true };
  }
  try {
    return { html: valueView(loadArtifact(store.blobs, name, ref)), isPart: false };
  } catch (error) {
    // Of a class that only the flow registers, or damaged: what is known of it is shown beside.
    if (isMillraceError(error)) return { html: markup`<pre>${error.message}</pre>`, isPart: false };
    throw error;
  }
}

function noArtifact(name: string, tables: readonly ArtifactTable[]): MillraceError {
  const names = tables.flatMap((table) => Object.keys(table));
  const meant = nearest(name, names);
  return new MillraceError({
    code: "MILLRACE_NO_ARTIFACT",
    headline: `Cannot show the artifact ${name} because the task has none of that name`,
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
