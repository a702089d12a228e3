import { loadArtifact, loadArtifacts } from "../../runtime/datastore/artifacts.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { readRunHeader } from "../../runtime/datastore/reader/read-run.ts";
import type { ArtifactTable, ResultLocator } from "../../runtime/datastore/records.ts";
import { MillraceError } from "../errors.ts";
import type { FlowData } from "../inputs.ts";
import { nearest } from "../nearest.ts";

/** A run that is over. */
export interface FinishedRun<Flow = unknown> {
  /** The flow's name. */
  readonly flow: string;
  /** The run's id. */
  readonly id: string;
  /** `Flow/run` */
  readonly pathspec: string;
  readonly status: "succeeded" | "failed";
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly tags: readonly string[];
  /** The values that the run had. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the last step left, and the parameters: one promise each, loaded when it is asked for. */
  readonly data: RunData<Flow>;
}

/** A flow's artifacts, one promise each. */
export type RunData<Flow> = unknown extends Flow
  ? Readonly<Record<string, Promise<unknown>>>
  : { readonly [Name in keyof FlowData<Flow>]: Promise<FlowData<Flow>[Name]> };

export interface FinishedRunPlace {
  readonly flow: string;
  readonly run: string;
  /** Result of the flow's last step; null where the run did not get there. */
  readonly end: ResultLocator | null;
}

export function finishedRun<Flow>(store: Datastore, { flow, run, end }: FinishedRunPlace): FinishedRun<Flow> {
  const { status, startedAt, finishedAt, tags, parameters, document } = readRunHeader(store, { flow, run });
  const own = { ...document.configs, ...parameters };
  const table = end === null ? own : { ...own, ...store.record(flow, run).resultAt(end).artifacts };
  return {
    flow,
    id: run,
    pathspec: `${flow}/${run}`,
    status: status === "succeeded" ? status : "failed",
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt ?? Date.now()),
    tags,
    parameters: loadArtifacts(store.blobs, parameters),
    data: promises(store, { table, pathspec: `${flow}/${run}`, hasEnded: end !== null }) as RunData<Flow>,
  };
}

function promises(
  { blobs }: Datastore,
  { table, ...about }: { table: ArtifactTable; pathspec: string; hasEnded: boolean },
): object {
  const data = {};
  for (const [name, ref] of Object.entries(table)) {
    const get = () => Promise.resolve().then(() => loadArtifact(blobs, name, ref));
    Object.defineProperty(data, name, { enumerable: true, get });
  }
  return new Proxy(data, {
    get(target, name, receiver): unknown {
      // What is asked for to learn of an object what it is: no artifact, and no mistake.
      if (typeof name === "symbol" || name in target || name === "then" || name === "toJSON")
        return Reflect.get(target, name, receiver);
      const missing = Promise.reject(noArtifact(name, { ...about, names: Object.keys(table) }));
      // A test runner that looks into the object does not wait for what it finds.
      missing.catch(() => undefined);
      return missing;
    },
  });
}

function noArtifact(
  name: string,
  about: { pathspec: string; hasEnded: boolean; names: readonly string[] },
): MillraceError {
  const near = nearest(name, about.names);
  const why = about.hasEnded ? "its last step left no such artifact" : "the run did not reach its last step";
  return new MillraceError({
    code: "MILLRACE_NO_ARTIFACT",
    headline: `Cannot read ${name} of ${about.pathspec} because ${why}`,
    details: [`artifacts and parameters: ${about.names.join(", ") || "none"}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}
