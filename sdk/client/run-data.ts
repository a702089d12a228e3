import { inspect } from "node:util";
import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { ArtifactTable } from "../../runtime/datastore/records.ts";
import type { TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { isMillraceError, MillraceError } from "../base/millrace-error.ts";
import type { FlowData } from "../inputs.ts";
import { lazyData, type RunData } from "./lazy-data.ts";
import type { RunReader } from "./run-reader.ts";

/** Values by name; typed by the flow, where a field that is neither parameter nor configuration is not there. */
export type RunValues<Flow = unknown> = unknown extends Flow ? Readonly<Record<string, unknown>> : FlowData<Flow>;

/** What the last step left, and the parameters. */
export function runData<Flow>(reader: RunReader): RunData<Flow> {
  let known: { table: ArtifactTable; end: TaskSummary } | null = null;
  return lazyData<Flow>({
    pathspec: reader.pathspec,
    table() {
      if (known !== null) return known.table;
      const end = endTask(reader);
      if (end?.result == null) return reader.parameters;
      const table = { ...reader.parameters, ...reader.record.resultAt(end.result).artifacts };
      known = { table, end };
      return table;
    },
    load: (name) => loadArtifact(reader.store.blobs, name, (known?.table ?? reader.parameters)[name] as never),
    isUncaught: (name) => known !== null && reader.caughtFields.has(name),
    whyMissing: () => (known === null ? "the run did not reach its last step" : "its last step left no such artifact"),
  });
}

/** The task of the flow's last step that left its artifacts. */
function endTask(reader: RunReader): TaskSummary | null {
  const { tasks, document } = reader.summary();
  return tasks.findLast(({ step, result }) => step === document.graph.end && result !== null) ?? null;
}

/** @throws MillraceError `MILLRACE_PATHSPEC` if the run has none */
export function reachedEnd(reader: RunReader): TaskSummary {
  const end = endTask(reader);
  if (end !== null) return end;
  const { status } = reader.header;
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot give the end of ${reader.pathspec} because the run has not reached it: its status is ${status}`,
    hint: status === "running" ? "for await (const event of run.events()) follows it" : "steps() lists its steps",
  });
}

/**
 * An object that loads each parameter when it is read. Configurations are there as well, but not listed: another run takes them
 * in another place.
 */
export function runValues<Flow>(reader: RunReader): RunValues<Flow> {
  const values = {};
  Object.defineProperty(values, inspect.custom, { value: () => loadedValues(values) });
  const { parameters, document } = reader.header;
  for (const [table, enumerable] of [[document.configs, false] as const, [parameters, true] as const]) {
    for (const [name, ref] of Object.entries(table)) {
      let loaded: { value: unknown } | null = null;
      const get = () => (loaded ??= { value: loadArtifact(reader.store.blobs, name, ref) }).value;
      Object.defineProperty(values, name, { enumerable, configurable: true, get });
    }
  }
  return values as RunValues<Flow>;
}

/** For people: a value that cannot be loaded says why in its place. */
function loadedValues(values: object): object {
  const loaded = Object.keys(values).map((name): [string, unknown] => {
    try {
      return [name, (values as Record<string, unknown>)[name]];
    } catch (error) {
      if (isMillraceError(error)) return [name, error.headline];
      throw error;
    }
  });
  return Object.fromEntries(loaded);
}
